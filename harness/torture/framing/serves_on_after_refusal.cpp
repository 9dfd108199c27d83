#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {
namespace {

class ServesOnAfterRefusal final : public FtpCase {
 public:
  std::string_view id() const override { return "framing.serves_on_after_refusal"; }
  std::string_view title() const override { return "A refusal does not end the session"; }
  std::string_view about() const override {
    return "Asks for a file that does not exist, and on the same control connection for one that does. The "
           "control connection is the user's to end (RFC 959, 5.2).";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"7.8", "RFC 959, 5.2"}; }

 private:
  Finding converse(FtpSession& session, const CaseFiles& files) const override {
    const auto refusal = session.fetch("RETR framing-no-such-file");
    auto finding = refusal.reply.refuses() ? then(session.fetch("RETR " + files.probe.name), files.probe)
                                           : broken("asked for a missing file, " + in_words(refusal.reply),
                                                    "A missing file has no reply 4xx or 5xx.");
    finding.done = "A missing file was asked for, and then, on the same connection, one that is there.";
    finding.expected = "A refusal, and then the file, whole and identical.";
    return finding;
  }

  static Finding then(const FtpSession::Transfer& transfer, const KnownFile& file) {
    if (transfer.is_whole() && transfer.data == file.content)
      return kept("the server refused the one and sent the other, whole and identical");
    if (transfer.is_whole())
      return broken("after the refusal came another content than the file's",
                    "What belongs to the refused transfer is still about: close its data connection, and "
                    "forget its name and position.");
    return broken("asked for the file after the refusal, " + in_words(transfer.reply),
                  "The error ended more than the one command. Answer it, close the data connection that was "
                  "prepared, and go back to reading commands.");
  }
};

BFTP_REGISTER_CASE(ServesOnAfterRefusal)

}  // namespace
}  // namespace bftp::torture
