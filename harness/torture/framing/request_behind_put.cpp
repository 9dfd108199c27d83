#include <fmt/format.h>

#include <string>
#include <utility>

#include "harness/torture/found.hpp"
#include "harness/torture/framing/framing_case.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

class RequestBehindPut final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.request_behind_put"; }
  std::string_view title() const override { return "A request may follow at once on a PUT's last byte"; }
  std::string_view about() const override {
    return "Sends PUT, and when the server awaits the stream, the stream and a GET of the same file in one "
           "segment. Finds a server that takes what is behind the stream for a part of it, or drops it. "
           "Removes the file. A server that takes no file is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  std::vector<std::string> clauses(const Speech&) const override { return {"2.4", "1.5", "1.4", "4.2"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A PUT's stream and the next request were sent in one segment.";
    finding.expected = "OK with the size, and then the file.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const OwnFile file(context);
    BftpFiles client(context.visit());
    const std::string content = "a file that is followed by a request";
    auto answer = client.enter();
    if (answer.done()) answer = client.begin_store(file.name(), content.size());
    if (!answer.done()) return not_stored(answer);
    client.send_part(content + message("GET " + file.name()));
    const auto told = client.hear_told();
    if (told.lacks_room()) return not_stored(told);
    if (!told.done()) {
      client.leave();
      return wrong(
          context, file, content, "the stream and a request came in one segment: " + told.words,
          "The second OK did not come (4.2). If it comes in time where nothing follows the stream "
          "(conformance.put_says_size), the server awaits more than the announced bytes, or loses "
          "count by what follows: take exactly as many (1.5), and keep the rest for the next request. "
          "Otherwise the server takes longer to store a file than this case waits.");
    }
    answer = client.hear_file();
    if (answer.done() && answer.content == content) return kept("the server stored the file and sent it");
    client.leave();
    return wrong(context, file, content,
                 "the server stored the file, and the request behind it had no answer that is right: " +
                     (answer.done() ? std::string("it sent other bytes") : answer.words),
                 "What came in the same recv() behind the stream's last byte was dropped. Keep it, and look "
                 "there for the next request before calling recv() again.");
  }

  /// What lies on the server tells whether the request was written behind the content; `otherwise`: the cause
  /// where it was not.
  static Finding wrong(CaseContext& context, const OwnFile& file, const std::string& content,
                       std::string happened, const char* otherwise) {
    context.keeps_log();
    BftpFiles other(context.visit());
    auto lies_there = other.enter();
    if (lies_there.done()) lies_there = other.fetch(file.name());
    if (!lies_there.content.starts_with(content) || lies_there.content == content)
      return broken(std::move(happened), otherwise);
    return broken(fmt::format("{}; the file has {} bytes now, where {} were announced", happened,
                              lies_there.content.size(), content.size()),
                  "More than the announced bytes were taken for the stream. Take exactly as many (1.5), and "
                  "keep the rest for the next request.");
  }
};

BFTP_REGISTER_CASE(RequestBehindPut)

}  // namespace
}  // namespace bftp::torture
