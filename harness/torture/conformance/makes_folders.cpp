#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr std::string_view content_in_folder = "a file in a folder of its own";

constexpr const char* whole_tree_cause =
    "MKDIR makes one folder that is not there (mkdir(), not makedirs() that takes any), and RMDIR removes "
    "one that is empty (rmdir(), not what removes a whole tree): errno says EEXIST or ENOTEMPTY, which is "
    "409.";

constexpr const char* code_cause =
    "403 is for what nobody may do, and paths that lead out of the root. That rmdir() or mkdir() failed says "
    "errno: ENOTEMPTY and EEXIST are 409, ENOENT is 404 (4.13).";

class MakesFolders final : public Case {
 public:
  std::string_view id() const override { return "conformance.makes_folders"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "MKDIR makes a folder, and RMDIR removes an empty one"; }
  std::string_view about() const override {
    return "Makes a folder whose name holds a space; looks for it with LIST and CD; makes it again, which is "
           "refused; stores a file in it, and removes the folder, which is refused, and the file has to "
           "stay; deletes the file and removes the folder, twice. Removes both. A server without MKDIR or "
           "RMDIR (405), or that lets nobody use them or write (403), is skipped; one that removed the empty "
           "folder may, and 403 was the wrong code for the full one.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.4", "4.13", "4.3"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A folder was made, filled, emptied and removed.";
    finding.expected =
        "OK where it can be done, ERR 409 for a folder that exists or is not empty, ERR 404 for one that is "
        "gone.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const std::string folder = context.own_name() + " d", inside = folder + "/a file.bin";
    const LastRequests tidies_up(context, {"DELETE " + inside, "RMDIR " + folder});
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto made = client.tell("MKDIR " + folder);
    if (made.kind == FileAnswer::Kind::not_offered)
      return skipped("the server makes no folder: " + made.words);
    if (!made.done()) return broken("to MKDIR of a new name " + made.words, "");
    if (auto fault = is_not_there(client, folder)) return std::move(*fault);
    if (auto fault = wrong_refusal(client.tell("MKDIR " + folder), "MKDIR of a folder that exists", 409))
      return std::move(*fault);
    const auto stored = client.store(inside, content_in_folder);
    if (!stored.done() && !stored.refuses()) return not_stored(stored);
    FileAnswer of_full;
    if (stored.done())
      if (auto end = empties(client, folder, inside, of_full)) return std::move(*end);
    const auto removed = client.tell("RMDIR " + folder);
    if (removed.kind == FileAnswer::Kind::not_offered)
      return skipped("the server removes no folder: " + removed.words);
    if (!removed.done()) return broken("to RMDIR of an empty folder " + removed.words, "");
    if (stored.done())
      if (auto fault = wrong_refusal(of_full, of_full_folder, 409)) return std::move(*fault);
    if (auto fault = wrong_refusal(client.tell("RMDIR " + folder), "RMDIR of a folder that is gone", 404))
      return std::move(*fault);
    if (const auto listing = client.list("/"); listing.done() && lists(listing.content, folder))
      return broken("a folder that was removed is listed", "");
    return kept("the folder was made, kept its file, and was removed");
  }

  static bool lists(const std::string& listing, const std::string& folder) {
    return ("\n" + listing).find("\nD 0 " + folder + "\n") != std::string::npos;
  }

  static std::optional<Finding> is_not_there(BftpFiles& client, const std::string& folder) {
    if (const auto listing = client.list("/"); listing.done() && !lists(listing.content, folder))
      return broken(fmt::format("after MKDIR no line of the listing says \"D 0 {}\"", folder), "");
    const auto entered = client.change_folder(folder);
    if (entered.kind == FileAnswer::Kind::not_offered) return std::nullopt;
    if (!entered.done()) return broken("to CD into the folder that was made " + entered.words, "");
    const auto back = client.change_folder("/");
    if (!back.done()) return broken("to CD / " + back.words, "");
    return std::nullopt;
  }

  static constexpr std::string_view of_full_folder = "RMDIR of a folder that is not empty";

  /// The folder holds a file: it stays, and so does the file, until that is deleted. `of_full`: what RMDIR
  /// was answered. 403 may mean that nobody removes folders; whether it does is seen once this one is empty.
  static std::optional<Finding> empties(BftpFiles& client, const std::string& folder,
                                        const std::string& inside, FileAnswer& of_full) {
    of_full = client.tell("RMDIR " + folder);
    if (of_full.code == unknown_verb) return skipped("the server has no RMDIR: " + of_full.words);
    if (of_full.code != may_not)
      if (auto fault = wrong_refusal(of_full, of_full_folder, 409)) return fault;
    if (const auto still = client.fetch(inside); !still.done() || still.content != content_in_folder)
      return broken("RMDIR of a folder that is not empty was refused, and its file does not come any more: " +
                        (still.done() ? "it sent other bytes" : still.words),
                    whole_tree_cause);
    if (const auto removed = client.remove(inside); removed.kind == FileAnswer::Kind::not_offered)
      return kept("the folder was made and kept its file; the server deletes none");
    else if (!removed.done())
      return broken("to DELETE of the file in the folder " + removed.words, "");
    return std::nullopt;
  }

  /// Of a verb that the server has, and lets one use.
  static std::optional<Finding> wrong_refusal(const FileAnswer& answer, std::string_view what,
                                              std::uint16_t code) {
    if (answer.code == code) return std::nullopt;
    const auto said = answer.done() ? std::string("it answered OK") : answer.words;
    return broken(fmt::format("to {}, which is ERR {}, {}", what, code, said),
                  answer.done() && code == 409 ? whole_tree_cause
                  : answer.code == may_not     ? code_cause
                                               : "");
  }

  static constexpr std::uint16_t unknown_verb = 405, may_not = 403;
};

BFTP_REGISTER_CASE(MakesFolders)

}  // namespace
}  // namespace bftp::torture
