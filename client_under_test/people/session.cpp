#include "client_under_test/people/session.hpp"

#include <ostream>

#include "client_under_test/people/interrupt.hpp"
#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

Outcome<Remote*> Session::connected() {
  const Failure interrupted(Cause::connection, "interrupted");
  if (interrupt_flag()) return interrupted;
  if (remote && remote->is_usable()) {
    if (!watch_for_interrupt(remote->connection().fd())) return interrupted;
    return &*remote;
  }
  auto fresh = Remote::connect(endpoint, waits);
  if (interrupt_flag()) return interrupted;
  if (!fresh) return fresh.error();
  remote.emplace(std::move(*fresh));
  if (folder == "/") return &*remote;
  const auto moved = remote->ask(protocol::Verb::cd, folder);
  if (moved) return &*remote;
  if (moved.error().cause == Cause::refused) folder = "/";
  return moved.error();
}

void Session::say(const std::string& line) {
  if (!quiet) messages << visible(line) << '\n';
}

void Session::warn(const std::string& line) {
  messages << "bftp: warning: " << visible(line) << '\n';
}

}  // namespace bftp::client::people
