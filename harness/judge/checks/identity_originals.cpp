#include <string>
#include <vector>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Beside identity.copies, which a server passes that serves from memory what it has spoilt on the disk, or
/// whose own mistake nobody asked for again.
class Originals final : public Check {
 public:
  std::string_view id() const override { return "identity.originals"; }
  Category category() const override { return Category::identity; }
  std::string_view title() const override { return "The files that are served stay what they are"; }
  std::string_view about() const override {
    return "The fixtures in the server's folder, once the run is over: each is the regular file that was put "
           "there, with its content (SHA-256 where it was touched). No client asked for anything else.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "none may change";
    verdict.expected = "A server gives its files away and keeps them.";
    if (record.plan.server.kind == plan::ServerKind::attached)
      return skipped(std::move(verdict), "The server's folder is not ours to look into.");
    if (record.transfers.total(record::Arm::server).transfers == 0)
      return skipped(std::move(verdict), "Nothing was transferred.");
    const std::string changed = served_files_changed(record);
    verdict.series.push_back(picture_of(record, changed));
    if (changed.empty()) {
      verdict.status = Status::pass;
      verdict.measured = counted(record.fixtures.size(), "file");
      verdict.summary = "Every file in the served folder is what was put there.";
      return verdict;
    }
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.summary = "The server changed, replaced or removed files that it serves.";
    verdict.happened = quoted(changed, 300) + ".";
    verdict.cause = destroys_what_it_serves(record);
    return verdict;
  }

 private:
  /// The warning names the first three.
  static Series picture_of(const record::RunRecord& record, const std::string& changed) {
    std::vector<double> number, is_another;
    for (const auto& fixture : record.fixtures) {
      number.push_back(static_cast<double>(number.size() + 1));
      is_another.push_back(changed.find('"' + fixture.name + '"') != std::string::npos ? 1 : 0);
    }
    return picture("Files in the served folder that are not what was put there (of more than three, three)",
                   "file, in the order of the run", "1: changed", number, is_another);
  }
};

BFTP_REGISTER_CHECK(Originals)

}  // namespace
}  // namespace bftp::judge
