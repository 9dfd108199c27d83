#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

/// For a server to notice that somebody has left.
constexpr std::chrono::milliseconds leaving{100};

class CdAndPwd final : public Case {
 public:
  std::string_view id() const override { return "conformance.changes_folder"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "CD and PWD tell where one is"; }
  std::string_view about() const override {
    return "Goes into a folder whose name is not ASCII, asks PWD, fetches a file that is only there, and "
           "goes back by `CD ..`. Goes in again and leaves without a word; the next client has to begin in "
           "the root. Finds a reply whose length is counted in characters, and connections that are used "
           "again with the folder of the one before. A server without CD or PWD is warned; one that refuses "
           "`..` where a CD has worked fails.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"2.5", "4.4", "4.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A client went into a folder and back; went in again and left; another came.";
    finding.expected =
        "OK and the path after CD and PWD; the folder's file by its bare name; / for who comes.";
    return finding;
  }

 private:
  static constexpr std::uint16_t forbidden = 403, unknown_verb = 405;

  static Finding go_through(CaseContext& context) {
    const auto& files = context.files();
    const auto& folder = files.named_folder ? files.named_folder : files.folder;
    if (!folder) return skipped("the server's folder is not ours, so no folder in it is known");
    const std::string path = "/" + folder->name;
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    if (auto fault = misplaced("CD " + folder->name, client.change_folder(folder->name), path, true))
      return *fault;
    if (auto fault = misplaced("PWD in that folder", client.where(), path)) return *fault;
    const auto inside = client.fetch(folder->file.name);
    if (!inside.done() || inside.content != folder->file.content)
      return broken("a file of the folder did not come by its bare name: " + in_place_of_file(inside),
                    "A path that does not start with / is taken from the connection's folder (3.1).");
    if (auto fault = misplaced("CD ..", client.change_folder(".."), "/")) return *fault;
    if (auto fault = misplaced("PWD in the root", client.where(), "/")) return *fault;
    if (auto fault = misplaced("CD for the second time", client.change_folder(folder->name), path))
      return *fault;
    client.leave();
    context.pause(leaving);
    BftpFiles next(context.visit());
    if (const auto entered = next.enter(); !entered.done()) return skipped(entered.words);
    if (auto fault = misplaced("PWD of the next client", next.where(), "/")) {
      if (fault->result == record::CaseResult::broken)
        fault->cause =
            "What belongs to a connection outlives it: an object that is used again, a global variable, or "
            "chdir() of the process. Set the folder to / when a connection begins.";
      return *fault;
    }
    return kept("each reply told the folder, and the next client began in the root");
  }

  /// Nothing if the answer is `OK path`. `is_first`: who may not go anywhere is refused by 403; where one CD
  /// has been obeyed, that is no way to lack the others.
  static std::optional<Finding> misplaced(const std::string& what, const FileAnswer& answer,
                                          const std::string& path, bool is_first = false) {
    if (answer.code == unknown_verb || (answer.code == forbidden && is_first))
      return tolerated(fmt::format("the server does not offer {}: {}", escaped(what), answer.words));
    if (answer.code == forbidden)
      return broken(fmt::format("to {} after a CD that worked: {}", escaped(what), answer.words),
                    "`..` works as usual (3.1), and ERR 403 is due where it leads beyond the root alone: "
                    "resolve the path first, name by name, and refuse what would leave the root.");
    if (!answer.done())
      return broken(fmt::format("to {}: {}", escaped(what), answer.words),
                    answer.kind == FileAnswer::Kind::lost
                        ? "The header of a reply counts bytes of UTF-8: encode first, and take the length of "
                          "that. A name that is not ASCII has fewer characters than bytes."
                        : "");
    if (answer.content == path) return std::nullopt;
    return broken(
        fmt::format("to {} it answered \"OK {}\", and \"OK {}\" is due", escaped(what),
                    escaped(answer.content), escaped(path)),
        "The path is that which PWD gives: from the root, which is /, with one / between names. Its "
        "length in the header is in bytes.");
  }

  static std::string in_place_of_file(const FileAnswer& answer) {
    return answer.done() ? fmt::format("it sent {} other bytes", answer.content.size()) : answer.words;
  }
};

BFTP_REGISTER_CASE(CdAndPwd)

}  // namespace
}  // namespace bftp::torture
