#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// A verdict of its own, so that every report says it: what was left out is skipped one by one, and among
/// passed and skipped checks nobody would see that the run was not whole.
class Completed final : public Check {
 public:
  std::string_view id() const override { return "harness.completed"; }
  Category category() const override { return Category::harness; }
  std::string_view title() const override { return "The run came to its end"; }
  std::string_view about() const override {
    return "Only in the reports of runs that were interrupted, or cut short by --max-time or by a server "
           "that filled its folder: what was judged is of a part of the run, and what was skipped might have "
           "failed.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }
  bool applies(const record::RunRecord& record) const override { return is_cut_short(record); }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& record = evidence.record;
    const bool interrupted = record.state == record::RunState::interrupted;
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "the whole run";
    verdict.expected = "Everything that the plan holds is done, and the cases of its suites are tried.";
    verdict.measured = interrupted ? "interrupted" : "cut short";
    verdict.happened = quoted(record.state_text, 300);
    if (!interrupted && record.temporary_files.outgrown)
      return inconclusive(
          std::move(verdict),
          "The server filled its folder, so the run was ended: what it had not come to is not "
          "judged.",
          "A server that keeps to server.temporary_max: see handles.files.");
    return inconclusive(
        std::move(verdict),
        interrupted ? "The run was interrupted: what it had not come to is not judged."
                    : "The run's time was over: what it had not come to is not judged.",
        interrupted ? "The same run once more, to its end." : "More --max-time, or a smaller plan.");
  }
};

BFTP_REGISTER_CHECK(Completed)

}  // namespace
}  // namespace bftp::judge
