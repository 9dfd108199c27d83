#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {
namespace {

class TwoCommandsInOneSegment final : public FtpCase {
 public:
  std::string_view id() const override { return "framing.two_commands_in_one_segment"; }
  std::string_view title() const override { return "Two commands may come in one segment"; }
  std::string_view about() const override {
    return "Sends PWD and NOOP at once and awaits two replies. A user should wait for the first (RFC 959, "
           "5.4), but TCP joins what is sent in haste.";
  }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::should; }
  std::vector<std::string> clauses(const Speech&) const override { return {"7.8", "RFC 959, 5.3"}; }

 private:
  Finding converse(FtpSession& session, const CaseFiles&) const override {
    session.send("PWD\r\nNOOP\r\n");
    auto finding = judged(session.reply(), session);
    finding.done = "PWD and NOOP were sent in one segment.";
    finding.expected = "A reply to each.";
    return finding;
  }

  static Finding judged(const FtpReply& first, FtpSession& session) {
    const std::string cause =
        "The server reads a block, takes one command out of it and forgets the rest. Keep what follows a "
        "line end and look there for the next command before calling recv() again.";
    if (first.code < 200) return broken("to the first: " + in_words(first), cause);
    const auto second = session.reply();
    if (second.code < 200) return broken("the first was answered; to the second: " + in_words(second), cause);
    return kept("the server answered both, in order");
  }
};

BFTP_REGISTER_CASE(TwoCommandsInOneSegment)

}  // namespace
}  // namespace bftp::torture
