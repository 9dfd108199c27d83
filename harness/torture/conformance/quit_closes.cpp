#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

class QuitCloses final : public Case {
 public:
  std::string_view id() const override { return "conformance.quit_closes"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "QUIT is answered, and ends the connection"; }
  std::string_view about() const override {
    return "Says QUIT. OK is due, and then the end of the connection, without a byte more.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.7"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "QUIT was sent.";
    finding.expected = "OK, and then the server closes.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto answer = client.tell("QUIT");
    if (!answer.done())
      return broken("to QUIT " + answer.words, "Every server has QUIT (4.7): answer OK, and close.");
    const auto end = client.hear_end();
    if (end.done()) return kept("the server said OK and closed");
    return broken("after OK to QUIT " + end.words,
                  "The client waits for the end of the connection: close it, and leave the loop that reads "
                  "requests.");
  }
};

BFTP_REGISTER_CASE(QuitCloses)

}  // namespace
}  // namespace bftp::torture
