#include <fmt/format.h>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

constexpr const char* shared_folder_cause =
    "The current folder belongs to the whole process: chdir() moves all connections at once, and so does a "
    "variable that they share. Keep a path for each connection and resolve names against it.";

class OwnFolder final : public Case {
 public:
  std::string_view id() const override { return "conformance.own_folder"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "CD moves one connection and no other"; }
  std::string_view about() const override {
    return "A client goes into a folder with CD; another one comes and asks for a file in the root by its "
           "bare name; then the first asks for the one in the folder by its bare name. Finds a current "
           "folder that all share. A server without CD is warned, and one of one client at a time skipped.";
  }
  bool needs_several_connections() const override { return true; }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"2.5", "4.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "One client sent CD; another asked for a file of the root; the first for one of its folder.";
    finding.expected = "Each client gets the file of its own current folder, which starts at /.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& files = context.files();
    if (!files.folder) return skipped("the server's folder is not ours, so no folder in it is known");
    BftpFiles mover(context.visit()), other(context.visit());
    auto answer = mover.enter();
    if (answer.done()) answer = mover.change_folder(files.folder->name);
    if (answer.kind == FileAnswer::Kind::not_offered)
      return tolerated("the server does not change folders: " + answer.words);
    if (!answer.done())
      return broken(fmt::format("asked to CD into {}, which is there: {}", files.folder->name, answer.words),
                    "");
    answer = other.enter();
    if (answer.done()) answer = other.fetch(files.probe.name);
    if (answer.kind == FileAnswer::Kind::lost || answer.kind == FileAnswer::Kind::closed ||
        answer.kind == FileAnswer::Kind::busy)
      return skipped("a second client had no answer while the first was there: " + answer.words);
    if (!answer.done() || answer.content != files.probe.content)
      return broken(astray("after the CD of one client another did not get a file of the root", answer),
                    shared_folder_cause);
    answer = mover.fetch(files.folder->file.name);
    if (!answer.done() || answer.content != files.folder->file.content)
      return broken(
          astray("after another client had come, the first did not get the file of its folder", answer),
          shared_folder_cause);
    return kept("each client had a current folder of its own");
  }

  static std::string astray(std::string_view what, const FileAnswer& answer) {
    return fmt::format(
        "{}: {}", what,
        answer.done() ? fmt::format("it sent {} other bytes", answer.content.size()) : answer.words);
  }
};

BFTP_REGISTER_CASE(OwnFolder)

}  // namespace
}  // namespace bftp::torture
