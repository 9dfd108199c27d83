#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {
namespace {

class NamesItsFolder final : public FtpCase {
 public:
  std::string_view id() const override { return "framing.names_its_folder"; }
  std::string_view title() const override { return "PWD answers with a path in quotes"; }
  std::string_view about() const override {
    return "Asks for the working folder. Reply 257 with a path between double quotes is due; programs read "
           "it. A server without PWD is warned.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"7.8", "RFC 959, Appendix II"}; }

 private:
  Finding converse(FtpSession& session, const CaseFiles&) const override {
    const auto reply = session.ask("PWD");
    const auto words = in_words(reply);
    auto finding = ftp_folder(reply)            ? kept("asked for its folder, " + words)
                   : reply.is_unknown_command() ? tolerated("the server does not have PWD: " + words)
                                                : broken("asked for its folder, " + words,
                                                         "Clients take the path out of the quotes: 257 "
                                                         "\"/\" is the current directory.");
    finding.done = "PWD was sent.";
    finding.expected = "Reply 257 with the path in double quotes.";
    return finding;
  }
};

BFTP_REGISTER_CASE(NamesItsFolder)

}  // namespace
}  // namespace bftp::torture
