#include <fmt/format.h>

#include <string>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

class PutSaysSize final : public Case {
 public:
  std::string_view id() const override { return "conformance.put_says_size"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "PUT's last OK says how much is in place"; }
  std::string_view about() const override {
    return "Stores files of 0, 1 and 70,001 bytes and looks at the OK that follows the content: it has the "
           "size, in decimal digits, by which a client knows that all of it arrived. Removes the file. A "
           "server "
           "that takes no file is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.2", "1.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "Files were stored, and the OK behind the content was looked at.";
    finding.expected = "OK and the size of the file: \"OK 70001\".";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const OwnFile file(context);
    for (const std::size_t size : {0u, 1u, 70'001u}) {
      BftpFiles client(context.visit());
      if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
      const auto begun = client.begin_store(file.name(), size);
      if (size > 0 && may_refuse_to_replace(begun)) return as_far_as_taken(begun);
      if (!begun.done()) return not_stored(begun);
      client.send_part(trial_content(size, 1u));
      const auto told = client.hear_told();
      if (told.lacks_room()) return size > 0 ? as_far_as_taken(told) : not_stored(told);
      if (!told.done()) return broken("behind the content of a PUT, " + told.words, unanswered_put_cause);
      if (told.content != std::to_string(size))
        return broken(fmt::format("behind {} bytes of content the server answered \"{}\"", size,
                                  escaped(told.content.empty() ? "OK" : "OK " + told.content, 80)),
                      "PUT is answered twice: by OK when the content may come, and by OK and the number of "
                      "bytes once the file is in place. Count what was written, and say it.");
    }
    return kept("each time the OK behind the content had the size");
  }

  static Finding as_far_as_taken(const FileAnswer& answer) {
    return kept("the OK behind the content had the size, as far as the server took files: " + answer.words);
  }
};

BFTP_REGISTER_CASE(PutSaysSize)

}  // namespace
}  // namespace bftp::torture
