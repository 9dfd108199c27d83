#include "harness/torture/concurrency/held_case.hpp"

namespace bftp::torture {

Finding HeldCase::ask_meanwhile(CaseContext& context, std::chrono::milliseconds moment) {
  context.pause(moment);
  const auto& probe = context.files().probe;
  const auto talk = context.talk({.pieces = {context.speech().ask(probe.name)}});
  auto finding = expect_file(talk, probe);
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
