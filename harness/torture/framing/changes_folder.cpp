#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {
namespace {

/// "/" and "a" make "/a".
std::string path_in(const std::string& folder, const std::string& name) {
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

class ChangesFolder final : public FtpCase {
 public:
  std::string_view id() const override { return "framing.changes_folder"; }
  std::string_view title() const override { return "CWD changes what PWD says and RETR finds"; }
  std::string_view about() const override {
    return "Goes into a folder, asks PWD and fetches a file that is only there; goes back by `CWD ..`, "
           "asks again and fetches one that is only here. Systems name the parent differently: who refuses "
           "`CWD ..` has to stay where he is, and is sent back by CDUP or by the path that PWD gave at "
           "first. A server without CWD is warned. Not tried where the root is not ours to write to.";
  }
  std::vector<std::string> clauses(const Speech&) const override {
    return {"7.8", "RFC 959, 4.1.1", "RFC 959, Appendix II"};
  }

 private:
  Finding converse(FtpSession& session, const CaseFiles& files) const override {
    auto finding = files.folder ? there_and_back(session, files)
                                : skipped("no folder is known in a root that is not ours to write to");
    finding.done = "CWD into a folder and back, with PWD and RETR in each.";
    finding.expected = "Each folder is named and has its own files.";
    return finding;
  }

  static Finding there_and_back(FtpSession& session, const CaseFiles& files) {
    const auto home = ftp_folder(session.ask("PWD"));
    const auto there = session.ask("CWD " + files.folder->name);
    if (there.is_unknown_command()) return tolerated("the server does not have CWD: " + in_words(there));
    if (!there.is(2)) return lost_its_way("sent into the folder, " + in_words(there));
    // Without PWD only RETR tells where one is.
    const auto inside = home ? std::optional(path_in(*home, files.folder->name)) : std::nullopt;
    if (auto wrong = look(session, inside, files.folder->file); !wrong.empty())
      return lost_its_way("in the folder, " + wrong);
    if (auto wrong = go_back(session, home, inside, files.folder->file); !wrong.empty())
      return lost_its_way(std::move(wrong));
    if (auto wrong = look(session, home, files.probe); !wrong.empty())
      return lost_its_way("back again, " + wrong);
    return kept("the server went into the folder and back");
  }

  /// RFC 959, 4.1.1 has CDUP since not every system calls the parent "..". What is wrong; empty if one of the
  /// ways was taken. After a refusal the session is where it was.
  static std::string go_back(FtpSession& session, const std::optional<std::string>& home,
                             const std::optional<std::string>& inside, const KnownFile& file) {
    std::vector<std::string> ways{"CWD ..", "CDUP"};
    if (home) ways.push_back("CWD " + *home);
    std::string tried;
    for (const auto& way : ways) {
      const auto back = session.ask(way);
      if (back.is(2)) return {};
      tried += fmt::format("{}sent back by {}, {}", tried.empty() ? "" : "; ", way, in_words(back));
      if (!back.refuses()) return tried;
      if (auto wrong = look(session, inside, file); !wrong.empty())
        return fmt::format("{}, and then, {}", tried, wrong);
    }
    return tried;
  }

  /// What is wrong where the session is now; empty if nothing.
  static std::string look(FtpSession& session, const std::optional<std::string>& folder,
                          const KnownFile& file) {
    if (folder) {
      const auto named = session.ask("PWD");
      if (ftp_folder(named) != folder)
        return fmt::format("asked for its folder ({} is due), {}", escaped(*folder), in_words(named));
    }
    const auto transfer = session.fetch("RETR " + file.name);
    if (!transfer.is_whole()) return fmt::format("asked for {}, {}", file.name, in_words(transfer.reply));
    return transfer.data == file.content ? std::string() : "it sent another file than " + file.name;
  }

  static Finding lost_its_way(std::string happened) {
    return broken(std::move(happened),
                  "Each session has a working folder of its own. CWD changes it, PWD names it, and a name "
                  "without a leading slash is looked for in it. A command that is refused changes nothing.");
  }
};

BFTP_REGISTER_CASE(ChangesFolder)

}  // namespace
}  // namespace bftp::torture
