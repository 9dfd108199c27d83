#include "harness/torture/suite_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bftp::torture {

using record::CaseOutcome;
using record::CaseResult;
using std::chrono::milliseconds;

namespace {

/// A healthy server answers a hundred times faster; on a loaded machine the plain transfer is slow too.
constexpr milliseconds patience_min{2'000};
constexpr int patience_in_plain_transfers = 50;
/// How long a server that serves one connection has for its own end, before it is taken for one that stays.
constexpr milliseconds end_of_server{200};

std::string how(const launch::ExitStatus& status) {
  if (status.signal) return fmt::format("the server was ended by signal {}", *status.signal);
  if (status.code) return fmt::format("the server exited with status {}", *status.code);
  return "the server ended";
}

/// Runs one suite; the members are what it has learnt about the server.
class SuiteRun {
 public:
  SuiteRun(Subject& subject, const SuiteSettings& settings) : subject_(subject), settings_(settings) {}

  std::vector<CaseOutcome> run(const std::vector<const Case*>& cases) {
    std::vector<CaseOutcome> outcomes;
    const auto trouble = meet_server();
    for (const auto* one : cases) {
      if (settings_.stop) break;
      if (settings_.progress) settings_.progress(one->id());
      outcomes.push_back(trouble.empty() ? outcome_of(*one) : not_tried(*one, trouble));
    }
    return outcomes;
  }

 private:
  /// A first plain transfer. Returns why the cases cannot be tried; empty if they can.
  std::string meet_server() {
    if (const auto started = subject_.restart(); !started)
      return "the server could not be started for the cases: " + escaped(started.error().message, 300);
    const auto start = subject_.network().now();
    const auto plain = plain_transfer(settings_.patience_max);
    if (!plain.empty()) return "a plain transfer of a file failed already: " + plain;
    const auto took = subject_.network().now() - start;
    patience_ = std::min(std::max(patience_min, took * patience_in_plain_transfers), settings_.patience_max);
    serves_once_ = ends_soon() && !ended_by_signal();
    return {};
  }

  bool ends_soon() {
    constexpr milliseconds step{5};
    for (milliseconds waited{0}; waited < end_of_server; waited += step) {
      if (subject_.exited()) return true;
      subject_.network().pause(step);
    }
    return false;
  }

  bool ended_by_signal() {
    const auto status = subject_.exited();
    return status && status->signal;
  }

  /// Empty if the file came; else what happened.
  std::string plain_transfer(milliseconds patience) {
    CaseContext context(subject_.network(), settings_.speech, settings_.files, settings_.login, patience);
    const auto& probe = settings_.files.probe;
    const auto talk = context.talk({.pieces = {settings_.speech.ask(probe.name)}});
    const auto finding = expect_file(talk, probe);
    return finding.result == CaseResult::kept ? std::string() : finding.happened;
  }

  CaseOutcome outcome_of(const Case& one) {
    auto outcome = tried(one, patience_);
    if (outcome.result != CaseResult::broken) return outcome;
    const auto again = tried(one, std::min(patience_ * 2, settings_.patience_max));
    if (again.result == CaseResult::unknown || again.result == CaseResult::broken) return outcome;
    outcome.result = CaseResult::seen_once;
    outcome.happened += fmt::format(". When it was asked again, {}", again.happened);
    return outcome;
  }

  CaseOutcome tried(const Case& one, milliseconds patience) {
    auto outcome = described(one);
    if (subject_.exited()) {
      if (const auto started = subject_.restart(); !started) {
        outcome.happened = "the server could not be started again: " + escaped(started.error().message, 300);
        return outcome;
      }
    }
    CaseContext context(subject_.network(), settings_.speech, settings_.files, settings_.login, patience);
    const auto start = subject_.network().now();
    auto finding = one.run(context);
    outcome.took_s = std::chrono::duration<double>(subject_.network().now() - start).count();
    outcome.result = finding.result;
    outcome.done = std::move(finding.done);
    outcome.expected = std::move(finding.expected);
    outcome.happened = std::move(finding.happened);
    outcome.cause = std::move(finding.cause);
    outcome.wire = context.log().lines();
    outcome.reproduce = context.log().command();
    look_after_server(outcome);
    return outcome;
  }

  void look_after_server(CaseOutcome& outcome) {
    if (serves_once_) {
      if (ends_soon() && ended_by_signal()) outcome.server_after = how(*subject_.exited());
    } else if (const auto plain = plain_transfer(patience_); !plain.empty()) {
      const bool ended = ends_soon();
      outcome.server_after = ended ? how(*subject_.exited())
                                   : "the server runs, but a plain transfer fails since then: " + plain;
      // A server that hangs would fail every case after this one, whatever it does about them.
      static_cast<void>(subject_.restart());
    }
    if (outcome.server_after.empty()) return;
    outcome.result = CaseResult::broken;
    if (outcome.cause.empty())
      outcome.cause =
          "One client ended the service for all others: an error that nobody caught, or a loop that does not "
          "end when recv() returns 0. Drop that one connection and serve on.";
  }

  CaseOutcome described(const Case& one) const {
    CaseOutcome outcome;
    outcome.id = one.id();
    outcome.category = one.category();
    outcome.title = one.title();
    outcome.demand = one.demand(settings_.speech);
    outcome.clauses = one.clauses(settings_.speech);
    return outcome;
  }

  CaseOutcome not_tried(const Case& one, const std::string& why) const {
    auto outcome = described(one);
    outcome.result = CaseResult::skipped;
    outcome.happened = why;
    return outcome;
  }

  Subject& subject_;
  const SuiteSettings& settings_;
  milliseconds patience_ = patience_min;
  bool serves_once_ = false;
};

}  // namespace

std::vector<CaseOutcome> run_suite(const std::vector<const Case*>& cases, Subject& subject,
                                   const SuiteSettings& settings) {
  if (cases.empty()) return {};
  return SuiteRun(subject, settings).run(cases);
}

std::vector<const Case*> cases_for(const std::vector<std::string>& suites, const Speech& speech) {
  const auto wanted = [&](std::string_view suite) {
    return std::ranges::any_of(suites, [&](const auto& word) { return word == suite || word == "all"; });
  };
  std::vector<const Case*> cases;
  std::ranges::copy_if(all_cases(), std::back_inserter(cases),
                       [&](const Case* one) { return wanted(one->suite()) && one->applies_to(speech); });
  return cases;
}

}  // namespace bftp::torture
