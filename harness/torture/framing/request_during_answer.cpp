#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/framing/framing_case.hpp"
#include "harness/torture/large_file.hpp"

namespace bftp::torture {
namespace {

/// For the server to fill the buffers between the two; and to meet the further request.
constexpr std::chrono::milliseconds moment{150};

class RequestDuringAnswer final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.request_during_answer"; }
  std::string_view title() const override {
    return "A request that comes during an answer waits for its turn";
  }
  std::string_view about() const override {
    return "Asks for a large file and does not read on; sends PWD while the server is in the midst of the "
           "file; then reads the file, and the answer to PWD behind it. Finds a server that answers as soon "
           "as something comes, and puts the answer into the midst of the file (a data handler that runs "
           "again while the last one still awaits), and one that has forgotten the request by then. All "
           "bytes of the file are compared. A server that does not have PWD is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  std::vector<std::string> clauses(const Speech&) const override { return {"2.4", "4.1", "1.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = interrupt(context);
    finding.done = "PWD was sent while the server was sending a large file that nobody read on.";
    finding.expected = "The file, whole and identical, and then the answer to PWD.";
    return finding;
  }

 private:
  static Finding interrupt(CaseContext& context) {
    const auto& large = context.files().large;
    if (large.empty()) return skipped("no file is known that is larger than the buffers on the way");
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto where = client.where();
    if (!where.done()) return skipped("the server does not tell where one is: " + where.words);
    const auto plain = client.fetch(large);
    if (!plain.done())
      return skipped("the large file did not come even without a request between: " + plain.words);
    if (const auto wrong = first_wrong_byte(context.files(), plain.content))
      return broken(
          fmt::format("even without a request between, from byte {} on what came was not the file", *wrong),
          wrong_blocks_cause);

    const auto begun = client.begin_fetch(large);
    if (!begun.answer.done()) return skipped("the large file did not come again: " + begun.answer.words);
    context.pause(moment);
    client.send_part(message("PWD"));
    context.pause(moment);
    const auto file = client.end_fetch(begun.size);
    if (!file.done())
      return broken("with a request behind it the file did not come to its end: " + file.words, cause);
    if (file.content != plain.content) {
      const auto differ = std::ranges::mismatch(file.content, plain.content).in1 - file.content.begin();
      return broken(
          fmt::format("from byte {} on the file was not what it is: \"{}\"", differ,
                      escaped(std::string_view(file.content).substr(static_cast<std::size_t>(differ), 24))),
          cause);
    }
    const auto answer = client.hear_told();
    if (!answer.done() || answer.content != where.content)
      return broken(
          "the file came whole, and then no answer to PWD that is right: " +
              (answer.done() ? "it answered \"OK " + escaped(answer.content) + "\"" : answer.words),
          "What comes while a file is sent has to be kept and looked at afterwards: the next request "
          "lies in the buffer already, and no further bytes need come to announce it.");
    return kept("the file came whole and identical, and the answer to PWD behind it");
  }

  static constexpr const char* cause =
      "Requests are answered as they come, even while the answer to the last one is still being sent: an "
      "async handler of data events runs again while its predecessor awaits, or two threads write to one "
      "socket. Put requests into a queue for each connection, and take the next one when the last answer has "
      "gone.";
};

BFTP_REGISTER_CASE(RequestDuringAnswer)

}  // namespace
}  // namespace bftp::torture
