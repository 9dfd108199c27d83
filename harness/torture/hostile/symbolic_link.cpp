#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

class SymbolicLink final : public OutsideCase {
 public:
  std::string_view id() const override { return "hostile.symbolic_link"; }
  std::vector<std::string_view> suites() const override { return {"hostile"}; }
  std::string_view title() const override { return "No symbolic link leads out of the served folder"; }
  std::string_view about() const override {
    return "Puts a symbolic link into the served folder that leads to a file beside it, and asks for the "
           "link; and one that leads to a folder beside it, and asks for a file through it. `bftp` has to "
           "refuse both. In the other dialects only a warning: no clause binds them, and nginx and Python's "
           "http.server follow links unless they are told not to.";
  }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "bftp" ? record::CaseDemand::must : record::CaseDemand::should;
  }

  Finding run(CaseContext& context) const override {
    const auto& file = context.files().outside;
    if (!file || file->link.empty())
      return skipped("no symbolic link can be put into the served folder, which is not ours");
    auto finding = through(context, file->link, *file);
    if (finding.result != record::CaseResult::broken && !file->through_folder_link.empty()) {
      auto other = through(context, file->through_folder_link, *file);
      const bool is_worse =
          other.result == record::CaseResult::broken || finding.result == record::CaseResult::kept;
      if (is_worse) finding = std::move(other);
    }
    finding.done =
        "A symbolic link to a file beside the served folder was asked for, and a file through one to a "
        "folder beside it.";
    finding.expected = "A refusal, or a close. Nothing outside the folder is revealed.";
    return finding;
  }

 private:
  static Finding through(CaseContext& context, const std::string& path, const OutsideFile& file) {
    const auto talk = ask(context, context.speech().ask(path));
    const auto reaction = reaction_of(talk, file.content);
    Finding finding{.result = record::CaseResult::kept,
                    .done = {},
                    .expected = {},
                    .happened = in_words(reaction, talk),
                    .cause = {}};
    if (reaction == Reaction::no_connection) finding.result = record::CaseResult::unknown;
    if (reaction == Reaction::silent) finding.result = record::CaseResult::tolerated;
    if (!gave_away(talk, file)) return finding;
    const bool by_folder = path == file.through_folder_link;
    finding.result = record::CaseResult::broken;
    finding.happened = by_folder
                           ? "the server followed a link to a folder outside its own, and sent a file of "
                             "that one"
                           : "the server followed the link and sent the file from outside its folder";
    finding.cause = by_folder
                        ? "The last part of the path is looked at, and the folders before it are not. " +
                              cause(context.speech())
                        : cause(context.speech());
    return finding;
  }

  static std::string cause(const Speech& speech) {
    if (speech.dialect() == "bftp")
      return "open() follows links. Resolve the path first (realpath() and its kin) and refuse what does not "
             "lie below the folder, or let the kernel refuse: openat2() with RESOLVE_BENEATH.";
    return "open() follows links, and many servers of the world leave it at that. No clause forbids it here; "
           "but whoever can put a link into the folder publishes any file that the server may read.";
  }
};

BFTP_REGISTER_CASE(SymbolicLink)

}  // namespace
}  // namespace bftp::torture
