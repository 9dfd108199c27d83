#include "harness/torture/concurrency/held_case.hpp"

#include <fmt/format.h>

namespace bftp::torture {
namespace {

using std::chrono::milliseconds;

/// A scheduler keeps nobody waiting for so long, and a person notices.
constexpr milliseconds late_min{1'000};
constexpr int late_times_alone = 10;

struct TimedTalk {
  Finding finding;
  milliseconds took;
};

TimedTalk ask_once(CaseContext& context) {
  const auto& probe = context.files().probe;
  const auto start = context.now();
  const auto talk = context.talk({.pieces = {context.speech().ask(probe.name)}});
  return {expect_file(talk, probe), std::chrono::duration_cast<milliseconds>(context.now() - start)};
}

}  // namespace

Finding HeldCase::ask_meanwhile(CaseContext& context, milliseconds moment,
                                const std::function<void()>& let_go) {
  context.pause(moment);
  auto [finding, took] = ask_once(context);
  let_go();
  if (finding.result == record::CaseResult::kept && took >= late_min) {
    const auto alone = ask_once(context).took;
    if (took >= alone * late_times_alone)
      finding = broken(fmt::format("it was served only after {} ms, and after {} ms once nobody was held",
                                   took.count(), alone.count()),
                       "");
  }
  finding.expected = "Another client gets its file meanwhile, whole and identical.";
  finding.happened = "another client asked meanwhile: " + finding.happened;
  return finding;
}

std::string HeldCase::cause_of_waiting(const Speech& speech, const std::string& what) {
  const std::string cure =
      " Give each connection a thread or a process, or wait for all of them at once (select, poll, epoll), "
      "and go back to accept() at once.";
  if (speech.dialect() == "bftp")
    return "The server attends to one client and does not look at the others: " + what + cure;
  return "The server attends to one client and does not look at the others, as the lecture's first servers "
         "are "
         "meant to. No clause of this dialect forbids that, but " +
         what + cure;
}

}  // namespace bftp::torture
