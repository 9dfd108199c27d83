#include "harness/torture/suite_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/torture/plain_transfer.hpp"
#include "harness/torture/restless.hpp"

namespace bftp::torture {

using record::CaseOutcome;
using record::CaseResult;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

/// A healthy server answers a hundred times faster; on a loaded machine the plain transfer is slow too.
constexpr milliseconds patience_min{2'000};
constexpr int patience_in_plain_transfers = 50;
/// Cases that tell of the server rather than of themselves may take so long together: one that now and then
/// does not answer would cost a wait in nearly every case, whatever is asked.
constexpr milliseconds unsteady_max{60'000};
/// All together. A server that answers everything byte by byte, slowly, would use up the time of each
/// connection.
constexpr milliseconds suite_max{300'000};
/// Of looking once more through all for the one that leaves the server no rest.
constexpr milliseconds search_max{60'000};
/// How long a server may take to be seen ended, where one that runs on is the rule.
constexpr milliseconds end_of_server{200};
/// And one that is to end after each connection: a runtime that is shut down in order takes its time.
constexpr milliseconds end_of_one_connection{2'000};

std::string how(const launch::ExitStatus& status) {
  if (status.excess) return "the server " + record::in_words(*status.excess);
  if (status.guard_lost)
    return "somebody killed the guard process that the server ran under, and the server ended with it";
  if (status.signal) return fmt::format("the server was ended by signal {}", *status.signal);
  if (status.code) return fmt::format("the server exited with status {}", *status.code);
  return "the server ended";
}

CaseOutcome described(const Case& one, const Speech& speech) {
  CaseOutcome outcome;
  outcome.id = one.id();
  outcome.category = one.category();
  outcome.title = one.title();
  outcome.demand = one.demand(speech);
  outcome.clauses = one.clauses(speech);
  return outcome;
}

CaseOutcome not_tried(const Case& one, const Speech& speech, const std::string& why) {
  auto outcome = described(one, speech);
  outcome.result = CaseResult::skipped;
  outcome.happened = why;
  return outcome;
}

/// How a server ends may take a moment to be seen.
bool ends_soon(Subject& subject, milliseconds patience = end_of_server) {
  constexpr milliseconds step{5};
  for (milliseconds waited{0}; waited < patience; waited += step) {
    if (subject.exited()) return true;
    subject.network().pause(step);
  }
  return false;
}

/// Of a server that serves one connection and ends: a fresh one for each connection of a case.
class OneConnectionEach final : public Network {
 public:
  explicit OneConnectionEach(Subject& subject) : subject_(subject) {}
  protocol::Result<std::unique_ptr<Wire>> connect(milliseconds patience) override {
    if (std::exchange(used_, true)) {
      // One that has not ended by then is stopped: it would not serve another.
      static_cast<void>(ends_soon(subject_, end_of_one_connection));
      if (const auto started = subject_.restart(); !started) {
        trouble_ = started.error().message;
        return started.error();
      }
    }
    return subject_.network().connect(patience);
  }
  /// Why the server could not be started for a connection; empty if it could.
  const std::string& trouble() const { return trouble_; }
  protocol::Result<std::unique_ptr<Wire>> connect_beside(std::uint16_t port, milliseconds patience) override {
    return subject_.network().connect_beside(port, patience);
  }
  void pause(milliseconds time) override { subject_.network().pause(time); }
  void set_tidying(bool on) override { subject_.network().set_tidying(on); }
  microseconds now() override { return subject_.network().now(); }

 private:
  Subject& subject_;
  bool used_ = false;
  std::string trouble_;
};

/// Runs one suite; the members are what it has learnt about the server.
class SuiteRun {
 public:
  SuiteRun(Subject& subject, const SuiteSettings& settings) : subject_(subject), settings_(settings) {}

  std::vector<CaseOutcome> run(const std::vector<const Case*>& cases) {
    std::vector<CaseOutcome> outcomes;
    auto trouble = meet_server();
    // A server that keeps the cases from being tried has kept nothing of what they ask.
    bool is_open = !trouble.empty() && !settings_.nothing_worked;
    for (const auto* one : cases) {
      if (trouble.empty()) trouble = no_more();
      is_open = is_open || took_too_long_;  // nothing was held against it so far
      if (settings_.progress) settings_.progress(one->id());
      auto outcome = trouble.empty() ? outcome_of(*one) : not_tried(*one, settings_.speech, trouble);
      if (is_open) outcome.result = CaseResult::unknown;
      if (plain_failure_ && plain_failure_->id == one->id()) outcome = *std::exchange(plain_failure_, {});
      if (settings_.stop) {  // it was cut short, and looks like silence
        trouble = interrupted;
        outcome = not_tried(*one, settings_.speech, trouble);
      }
      outcomes.push_back(std::move(outcome));
    }
    if (!serves_once_ && trouble.empty()) find_who_leaves_no_rest(cases, outcomes);
    if (plain_failure_ && !settings_.stop) outcomes.insert(outcomes.begin(), std::move(*plain_failure_));
    return outcomes;
  }

 private:
  static constexpr const char* interrupted = "the run was interrupted before";

  struct Plain {
    std::string happened;  ///< empty if the file came
    bool is_busy = false;  ///< the server said that it has too many clients
    bool is_refused = false;
    bool is_let_in = true;  ///< false: the name and password of the plan are not the server's
    bool came() const { return happened.empty(); }
  };

  /// Why no further case is tried; empty: it is.
  std::string no_more() {
    if (settings_.stop) return interrupted;
    if (settings_.must_end)
      if (auto why = settings_.must_end(); !why.empty()) return why;
    const auto seconds = [](microseconds time) {
      return std::chrono::duration_cast<std::chrono::seconds>(time).count();
    };
    if (unsteady_ > unsteady_max)
      return fmt::format(
          "in the cases before, the server failed plain transfers too, and {} s went by, so the rest was "
          "left out",
          seconds(unsteady_));
    const auto took = subject_.network().now() - start_;
    const bool limit_is_ours = !settings_.time_max || *settings_.time_max > suite_max;
    took_too_long_ = took > (limit_is_ours ? suite_max : *settings_.time_max);
    if (took_too_long_ && !limit_is_ours)
      return fmt::format("the run's time limit was reached after {} s of cases, so the rest was left out",
                         seconds(took));
    if (took_too_long_)
      return fmt::format("the cases before took {} s, so the rest was left out", seconds(took));
    return {};
  }

  /// A first plain transfer, and a second one on a fresh server if need be. Returns why the cases cannot be
  /// tried; empty if they can.
  std::string meet_server() {
    if (const auto started = subject_.restart(); !started) return not_started(started.error());
    auto start = subject_.network().now();
    if (auto plain = plain_transfer(settings_.patience_max); !plain.came()) {
      // Where transfers were measured and all failed, a check has said so.
      if (settings_.nothing_worked || settings_.stop) return failed_already(plain.happened);
      if (const auto started = subject_.restart(); !started) return not_started(started.error());
      start = subject_.network().now();
      if (auto why = fails_again(plain); !why.empty()) return failed_already(why);
    }
    const auto took = std::chrono::ceil<milliseconds>(subject_.network().now() - start);
    patience_ = std::min(std::max(patience_min, took * patience_in_plain_transfers), settings_.patience_max);
    serves_once_ = settings_.serves_once || serves_only_once();
    return {};
  }

  static std::string not_started(const protocol::Error& error) {
    return "the server could not be started for the cases: " + escaped(error.message, 300);
  }

  static std::string failed_already(const std::string& how_so) {
    return "a plain transfer of a file failed already: " + how_so;
  }

  /// The second try, as a case. Returns what happened; empty if the file came.
  std::string fails_again(const Plain& before) {
    const auto plain_case = cases_named({std::string(plain_transfer_id)}, settings_.speech);
    if (plain_case.empty()) return before.happened;
    auto outcome = described(*plain_case.front(), settings_.speech);
    ask(*plain_case.front(), subject_.network(), settings_.patience_max, outcome);
    if (outcome.result == CaseResult::kept) return {};
    std::string happened = outcome.happened;
    // One that is attached may not have the file; and one that has too many clients has others than ours.
    const bool may_be_right =
        before.is_busy || !before.is_let_in || (before.is_refused && settings_.address != any_address);
    if (outcome.result == CaseResult::broken && !may_be_right) {
      if (ends_soon(subject_)) outcome.server_after = how(*subject_.exited());
      plain_failure_ = std::move(outcome);
    }
    return happened;
  }

  /// After one plain transfer: the server has ended, or does so where another one fails.
  bool serves_only_once() {
    const bool ended = ends_soon(subject_) ||
                       (!plain_transfer(patience_).came() && ends_soon(subject_, end_of_one_connection));
    return ended && !ended_by_signal();
  }

  bool ended_by_signal() {
    const auto status = subject_.exited();
    return status && status->signal;
  }

  Plain plain_transfer(milliseconds patience) {
    CaseContext context(subject_.network(), settings_.speech, settings_.files, settings_.login, patience);
    const auto& probe = settings_.files.probe;
    const auto talk = context.talk({.pieces = {settings_.speech.ask(probe.name)}});
    const auto finding = expect_file(talk, probe);
    if (finding.result == CaseResult::kept) return {};
    return {finding.happened, !talk.heard.empty() && talk.heard.front().is_busy,
            talk.last.kind == Heard::Kind::refused, !talk.last.text.starts_with("530")};
  }

  CaseOutcome outcome_of(const Case& one) {
    const auto start = subject_.network().now();
    auto outcome = looked_at_twice(one);
    const bool is_about_the_case = outcome.server_after.empty() && outcome.result != CaseResult::seen_once;
    if (!is_about_the_case) unsteady_ += subject_.network().now() - start;
    return outcome;
  }

  /// A process that has ended is no matter of patience or noise: then once is enough.
  CaseOutcome looked_at_twice(const Case& one) {
    if (serves_once_ && one.needs_several_connections())
      return not_tried(one, settings_.speech, "the server serves one connection and ends");
    auto [outcome, has_ended] = tried(one, patience_);
    if (outcome.result != CaseResult::broken || has_ended || settings_.stop) return outcome;
    auto again = tried(one, std::min(patience_ * 2, settings_.patience_max)).outcome;
    // More patience with each answer may have used up the time that a connection has in all.
    if (again.result == CaseResult::unknown && !is_down_) again = tried(one, patience_).outcome;
    if (again.result == CaseResult::broken || is_down_) return outcome;
    if (again.result == CaseResult::unknown) {
      again.happened =
          fmt::format("at first {}. When it was asked again, {}", outcome.happened, again.happened);
      return again;
    }
    outcome.result = CaseResult::seen_once;
    outcome.happened += fmt::format(". When it was asked again, {}", again.happened);
    return outcome;
  }

  struct Try {
    CaseOutcome outcome;
    bool has_ended = false;  ///< the server, in this case
  };

  Try tried(const Case& one, milliseconds patience) {
    auto outcome = described(one, settings_.speech);
    if (subject_.exited() || is_down_) {
      const auto started = subject_.restart();
      is_down_ = !started;
      if (is_down_) {
        outcome.happened = "the server could not be started again: " + escaped(started.error().message, 300);
        return {std::move(outcome)};
      }
    }
    OneConnectionEach fresh_each(subject_);
    if (serves_once_)
      ask(one, fresh_each, patience, outcome);
    else
      ask(one, subject_.network(), patience, outcome);
    if (!fresh_each.trouble().empty()) {
      outcome.result = CaseResult::unknown;
      outcome.happened = "the server could not be started again: " + escaped(fresh_each.trouble(), 300);
      is_down_ = true;
      return {std::move(outcome)};
    }
    const bool has_ended = look_after_server(one, outcome);
    return {std::move(outcome), has_ended};
  }

  /// Without a look at what becomes of the server.
  void ask(const Case& one, Network& network, milliseconds patience, CaseOutcome& outcome) {
    CaseContext context(network, settings_.speech, settings_.files, settings_.login, patience, next_name(),
                        settings_.address);
    const auto start = subject_.network().now();
    auto finding = one.run(context);
    outcome.took_s = std::chrono::duration<double>(subject_.network().now() - start).count();
    outcome.result = finding.result;
    outcome.done = std::move(finding.done);
    outcome.expected = std::move(finding.expected);
    outcome.happened = std::move(finding.happened);
    outcome.cause = std::move(finding.cause);
    outcome.wire = context.log().lines();
    outcome.flow = context.log().flow();
    outcome.reproduce = context.log().command();
    if (outcome.result == CaseResult::broken && context.log().has_run_out_of_time()) {
      outcome.result = CaseResult::unknown;
      outcome.happened +=
          ". A connection of a case has a time of its own, twice the deadline of a transfer, "
          "and it was over: this says that the server is slow, and no more";
      outcome.cause.clear();
    }
  }

  std::string next_name() {
    const auto& prefix = settings_.files.own_prefix;
    return prefix.empty() ? prefix : fmt::format("{}-{}.bin", prefix, ++names_);
  }

  /// Of clients that were held a server may learn a moment later that they have gone; and one that has too
  /// many clients says so.
  Plain plain_transfer_after(const Case& one) {
    constexpr milliseconds step{50};
    const auto start = subject_.network().now();
    auto plain = plain_transfer(patience_);
    while (!plain.came() && (one.needs_several_connections() || plain.is_busy) && !subject_.exited() &&
           subject_.network().now() - start < patience_) {
      subject_.network().pause(step);
      plain = plain_transfer(patience_);
    }
    return plain;
  }

  /// Also of a case that was left out half-way: what it did until then may have ended the server. Returns
  /// whether it has ended.
  bool look_after_server(const Case& one, CaseOutcome& outcome) {
    bool ended = false;
    if (serves_once_) {
      ended = ends_soon(subject_, end_of_one_connection) && ended_by_signal();
      if (ended) outcome.server_after = how(*subject_.exited());
    } else if (const auto plain = plain_transfer_after(one); !plain.came()) {
      ended = ends_soon(subject_);
      outcome.server_after =
          ended ? how(*subject_.exited())
                : "the server runs, but a plain transfer fails since then: " + plain.happened;
      // A server that hangs would fail every case after this one, whatever it does about them.
      is_down_ = !subject_.restart();
    }
    if (outcome.server_after.empty()) return false;
    if (outcome.done.empty()) outcome.done = outcome.title;
    outcome.result = CaseResult::broken;
    // What a case makes of silence or a close is no use where the server was gone.
    if (outcome.cause.empty() || ended)
      outcome.cause =
          "One client ended the service for all others: an error that nobody caught, or a loop that does not "
          "end when recv() returns 0. Drop that one connection and serve on.";
    return ended;
  }

  /// `outcomes` in the order of `cases`. A server that rests neither before nor after is another check's
  /// business; and where no case alone brings it about nothing is said.
  void find_who_leaves_no_rest(const std::vector<const Case*>& cases, std::vector<CaseOutcome>& outcomes) {
    if (subject_.exited() || !restless_share(subject_)) return;
    if (settings_.progress) settings_.progress("which of them leaves the server no rest");
    if (!subject_.restart() || restless_share(subject_)) return;
    const auto start = subject_.network().now();
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (!no_more().empty() || subject_.network().now() - start > search_max) return;
      auto& outcome = outcomes[i];
      if (!was_tried(outcome)) continue;
      if (subject_.exited() && !subject_.restart()) return;
      CaseOutcome again;
      ask(*cases[i], subject_.network(), patience_, again);
      const auto share = restless_share(subject_);
      if (!share) continue;
      outcome.server_after = fmt::format(
          "the server runs, and uses {:.0f} % of a core since then, with no client there", *share * 100);
      if (outcome.result != CaseResult::broken) {
        // Its answers were right, so no clause of the case is the matter.
        outcome.clauses.clear();
        outcome.happened = fmt::format(
            "the answers were right ({}), but the server did not come to rest for "
            "{} s after its clients had gone",
            outcome.happened, settles_max.count() / 1'000);
      }
      outcome.result = CaseResult::broken;
      outcome.cause =
          "A loop that waits by asking again and again: recv() with MSG_PEEK while the rest of a header has "
          "not come, recv() that returned 0, poll() for an event that stays. Wait until more comes, and "
          "leave "
          "the loop when the client has gone.";
      return;
    }
  }

  static bool was_tried(const CaseOutcome& outcome) {
    return outcome.result != CaseResult::skipped && outcome.result != CaseResult::unknown &&
           outcome.server_after.empty();
  }

  Subject& subject_;
  const SuiteSettings& settings_;
  milliseconds patience_ = patience_min;
  microseconds unsteady_{
      0};  ///< in cases after which a plain transfer failed, or that were kept the second time
  bool serves_once_ = false;
  bool took_too_long_ = false;
  std::optional<CaseOutcome> plain_failure_{};  ///< of the transfer that all cases build on, not yet told
  bool is_down_ = false;  ///< it was to be started again and did not; the next case tries anew
  const microseconds start_ = subject_.network().now();
  int names_ = 0;  ///< that cases were given for files of their own
};

}  // namespace

std::vector<CaseOutcome> run_suite(const std::vector<const Case*>& cases, Subject& subject,
                                   const SuiteSettings& settings) {
  if (cases.empty()) return {};
  return SuiteRun(subject, settings).run(cases);
}

std::vector<CaseOutcome> leave_out_suite(const std::vector<const Case*>& cases, const Speech& speech,
                                         const std::string& why, CaseResult result) {
  std::vector<CaseOutcome> outcomes;
  for (const auto* one : cases) {
    outcomes.push_back(not_tried(*one, speech, why));
    outcomes.back().result = result;
  }
  return outcomes;
}

std::vector<const Case*> cases_for(const std::vector<std::string>& suites, const Speech& speech) {
  const auto wanted = [&](const Case* one) {
    const auto names = one->suites();
    return std::ranges::any_of(suites, [&](const auto& word) {
      return word == "all" || std::ranges::find(names, word) != names.end();
    });
  };
  std::vector<const Case*> cases;
  std::ranges::copy_if(all_cases(), std::back_inserter(cases),
                       [&](const Case* one) { return wanted(one) && one->applies_to(speech); });
  return cases;
}

std::vector<const Case*> cases_named(const std::vector<std::string>& ids, const Speech& speech) {
  std::vector<const Case*> cases;
  std::ranges::copy_if(all_cases(), std::back_inserter(cases), [&](const Case* one) {
    return std::ranges::find(ids, one->id()) != ids.end() && one->applies_to(speech);
  });
  return cases;
}

}  // namespace bftp::torture
