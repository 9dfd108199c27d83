#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/session.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/network.hpp"

namespace bftp::torture {

/// The server that cases are tried on, and the means to have it again after it fell. The fake of the tests
/// falls when it is told to.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Network& network() = 0;
  /// Makes sure that a fresh server runs: stops the one before, if it is ours. Errors: it does not start.
  virtual protocol::Result<void> restart() = 0;
  /// How the server ended, if it did. Nothing also where that cannot be seen.
  virtual std::optional<launch::ExitStatus> exited() = 0;
  /// CPU time that its processes have used so far, in seconds. Nothing where that cannot be seen.
  virtual std::optional<double> cpu_s() { return std::nullopt; }
};

struct SuiteSettings {
  const Speech& speech;
  const CaseFiles& files;
  std::chrono::milliseconds patience_max{30'000};  ///< the plan's deadline of a transfer
  const std::atomic<bool>& stop;
  std::function<void(std::string_view)> progress;  ///< one line for each case
  Login login{};
  std::string address = any_address;  ///< of the server in the commands that send the same again
  /// Asked before each case: why no more may be tried; empty if they may. May be empty itself.
  std::function<std::string()> must_end{};
  /// For all together; what is left then is not found out. Nothing: five minutes.
  std::optional<std::chrono::milliseconds> time_max{};
  /// The server is known to end in order after one connection; otherwise the runner looks for itself.
  bool serves_once = false;
  /// Not one transfer came to its end before, which fails the server: if the first plain one fails too, the
  /// cases have nothing to add and are skipped.
  bool nothing_worked = false;
};

/// Runs `cases` one after the other and never fails: what goes wrong is in the outcomes.
///
/// First a plain transfer has to work; without it no case says anything, and what they ask is not found out.
/// That it did not work, twice, is a broken case of its own, also where it was not among `cases`.
/// A broken case is tried once more with twice the patience, and is broken only if it is again. After each
/// case a plain transfer tells whether the server is still there, so that what broke it is known; if it fell,
/// it is started anew. Once all are through, a server that uses up a core with nobody there is started anew
/// too, and the cases are asked again until it is known which of them leaves it so: that one is broken. A
/// server that ends in order after each connection is started for each, and only a death by signal is held
/// against it. Once `stop` is set what is left is skipped and says why; once the cases have taken very long
/// together it is not found out.
std::vector<record::CaseOutcome> run_suite(const std::vector<const Case*>& cases, Subject& subject,
                                           const SuiteSettings& settings);

/// Outcomes of cases none of which is tried, with the reason. `result`: skipped, where nothing was to be
/// found out; unknown, where it was.
std::vector<record::CaseOutcome> leave_out_suite(const std::vector<const Case*>& cases, const Speech& speech,
                                                 const std::string& why, record::CaseResult result);

/// The cases of the suites that apply to a dialect, in order.
std::vector<const Case*> cases_for(const std::vector<std::string>& suites, const Speech& speech);

/// Those of the cases with these ids that apply to a dialect, in the order of all_cases().
std::vector<const Case*> cases_named(const std::vector<std::string>& ids, const Speech& speech);

}  // namespace bftp::torture
