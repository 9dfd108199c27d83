#include <fmt/format.h>

#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {
namespace {

/// Whether a line of the listing ends with `name`, whatever stands before it: the form is the server's.
bool names(std::string_view listing, std::string_view name) {
  while (!listing.empty()) {
    const auto end = listing.find('\n');
    auto line = listing.substr(0, end);
    listing.remove_prefix(end == std::string_view::npos ? listing.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with('/')) line.remove_suffix(1);  // as `ls -p` marks a folder
    if (!line.ends_with(name)) continue;
    line.remove_suffix(name.size());
    if (line.empty() || line.back() == ' ' || line.back() == '\t' || line.back() == '/') return true;
  }
  return false;
}

class ListsFiles final : public FtpCase {
 public:
  std::string_view id() const override { return "framing.lists_files"; }
  std::string_view title() const override { return "LIST names what is there"; }
  std::string_view about() const override {
    return "Asks for a listing of the folder that the login leads to. A line has to end with the name of a "
           "file that is there, one with that of a folder. A server without LIST is warned.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"7.8", "RFC 959, 4.1.3"}; }

 private:
  Finding converse(FtpSession& session, const CaseFiles& files) const override {
    session.ask("TYPE A");  // as RFC 959 has it; a server that only knows I is none the worse for it
    auto finding = judged(session.fetch("LIST"), files);
    finding.done = "LIST was sent.";
    finding.expected = "A listing on the data connection, in which the files are that are there.";
    return finding;
  }

  static Finding judged(const FtpSession::Transfer& transfer, const CaseFiles& files) {
    if (transfer.reply.is_unknown_command())
      return tolerated("the server does not have LIST: " + in_words(transfer.reply));
    if (!transfer.is_whole())
      return broken("to LIST: " + in_words(transfer.reply),
                    "LIST goes like RETR: a reply 150, the text on the data connection, its close, a reply "
                    "226.");
    for (const auto& name : {files.probe.name, files.folder ? files.folder->name : files.probe.name})
      if (!names(transfer.data, name))
        return broken(fmt::format("no line of the listing ends with {}; it begins \"{}\"", escaped(name),
                                  escaped(transfer.data)),
                      "The listing is of another folder, is cut, or leaves files out.");
    return kept("the listing named what is there");
  }
};

BFTP_REGISTER_CASE(ListsFiles)

}  // namespace
}  // namespace bftp::torture
