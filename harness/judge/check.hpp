#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// A number that a plan or rubric may move.
struct LimitSpec {
  std::string name;     ///< "p99_over_p50_max"
  double standard = 0;  ///< default
  std::string unit;     ///< "ratio", "MiB/s", "bytes per transfer"
  std::string about;    ///< what it means, and why the default is what it is
};

class GroupShelf;

/// What a check may look at. Pure values only.
struct Evidence {
  const record::RunRecord& record;
  /// Judge only what the confirmation blocks recorded (rule 5: a failure confirms itself); false: only the
  /// first pass.
  bool confirmation = false;
  /// Where groups_of() finds what another check has asked for already; null: nowhere. One thread.
  GroupShelf* shelf = nullptr;

  Evidence first_pass() const { return {record, false, shelf}; }
};

/// One question about a run. Stateless; a pure function of the record. Each lives in a file of its own in
/// checks/ and registers itself with BFTP_REGISTER_CHECK, so that adding one touches that file and its test.
class Check {
 public:
  virtual ~Check() = default;
  virtual std::string_view id() const = 0;  ///< "uniformity.tail"
  virtual Category category() const = 0;
  virtual std::string_view title() const = 0;
  virtual std::string_view about() const = 0;  ///< for `list checks` and the docs: what is measured, and how
  virtual std::vector<LimitSpec> limits() const = 0;
  /// True for judgements about time, CPU or growth: they fail only if fresh repeats fail too.
  virtual bool needs_confirmation() const = 0;
  /// False: the run never asked this question, so its report is silent about it.
  virtual bool applies(const record::RunRecord&) const { return true; }
  virtual Verdict judge(const Evidence& evidence, const std::map<std::string, double>& limits) const = 0;
};

/// All checks, sorted by category and id.
const std::vector<const Check*>& all_checks();

namespace detail {
bool register_check(std::unique_ptr<Check> check);
}
#define BFTP_REGISTER_CHECK(Class)                                      \
  namespace {                                                           \
  [[maybe_unused]] const bool registered_##Class =                      \
      ::bftp::judge::detail::register_check(std::make_unique<Class>()); \
  }

/// Judges a whole record: every check with the plan's limits over its defaults. When the record holds
/// confirmation blocks, a check that needs_confirmation fails only if both passes fail; if only the first
/// did, the verdict is `warn` or `inconclusive` as the check's `unconfirmed` rule in docs/checks.md says.
std::vector<Verdict> judge_all(const record::RunRecord& record);

/// Ids of the checks whose first-pass failure wants confirmation. Empty once the record holds confirmation
/// blocks.
std::vector<std::string> wanting_confirmation(const record::RunRecord& record,
                                              const std::vector<Verdict>& verdicts);

/// Rounds more that would settle what is inconclusive for want of them; 0: none would.
std::uint32_t rounds_wanted(const std::vector<Verdict>& verdicts);

/// Exit code by the table in docs/command-line.md: 0 all passed (warnings pass), 1 a failure, 2 inconclusive,
/// 3 harness failed or no check ran.
int exit_code(const record::RunRecord& record, const std::vector<Verdict>& verdicts);

}  // namespace bftp::judge
