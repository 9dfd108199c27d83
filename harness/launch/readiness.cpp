#include "harness/launch/readiness.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

#include "harness/launch/last_lines.hpp"

namespace bftp::launch {
namespace {

using protocol::Endpoint;

bool is_ours(const StartSnapshot& now, const TcpSocket& socket) {
  return now.held.contains(socket.inode);
}

std::vector<TcpSocket> ours(const StartSnapshot& now) {
  std::vector<TcpSocket> result;
  for (const auto& socket : now.listening)
    if (is_ours(now, socket)) result.push_back(socket);
  return result;
}

std::string list(const std::vector<TcpSocket>& sockets) {
  std::string text;
  for (const auto& socket : sockets) text += (text.empty() ? "" : ", ") + socket.local.text();
  return text;
}

/// The port was free before the server started. A socket there whose holder will not be looked at (a server
/// that runs as another user) is taken for the server's; a socket there that the whole tree does not hold is
/// a stranger's.
const TcpSocket* find_wished(const StartSnapshot& now, const StartWish& wish, bool stranger) {
  for (const auto& socket : now.listening) {
    if (!reaches(wish.endpoint, socket)) continue;
    const bool mine = is_ours(now, socket) || (!now.held_whole && now.tree_alive);
    if (mine != stranger) return &socket;
  }
  return nullptr;
}

StartReady ready(const StartSnapshot& now, const Endpoint& endpoint) {
  return {endpoint, now.exited.has_value()};
}

std::string when(const StartSnapshot& now) {
  const double seconds = now.since_start.count();
  return seconds < 1 ? "at once" : fmt::format("after {:.1f} s", seconds);
}

StartFailed ended(const StartSnapshot& now, const StartWish& wish) {
  if (find_wished(now, wish, true) != nullptr)
    return {
        StartFault::port_taken,
        fmt::format("another process took port {} before the server could listen on it, and the server {} {}",
                    wish.endpoint.port, describe(*now.exited), when(now))};
  std::string message = fmt::format("the server {} {}, before it listened on {}", describe(*now.exited),
                                    when(now), wish.port_given ? wish.endpoint.text() : "any port");
  if (now.exited->code == 0)
    message += "; a server that goes into the background must leave a process behind that listens";
  return {StartFault::exited, message};
}

/// At the deadline: says where the server listens instead, if anywhere.
StartFailed timed_out(const StartSnapshot& now, const StartWish& wish) {
  const auto found = ours(now);
  const auto limit = fmt::format("{:g} s", wish.timeout.count());
  for (const auto& socket : found)
    if (wish.port_given && socket.local.port == wish.endpoint.port)
      return {
          StartFault::wrong_host,
          fmt::format(
              "the server listens on {}, which does not take connections to {}; listen on {} or on 0.0.0.0",
              socket.local.text(), wish.endpoint.text(), wish.endpoint.host)};
  if (!found.empty())
    return {
        StartFault::elsewhere,
        fmt::format("the server listens on {}, not on {} as it was told in its command (at {{port}}); it has "
                    "to take its port from there, or the command has to do without {{port}}",
                    list(found), wish.endpoint.text())};
  if (find_wished(now, wish, true) != nullptr && wish.port_given)
    return {
        StartFault::port_taken,
        fmt::format("another process listens on port {} that was chosen for the server", wish.endpoint.port)};
  return {StartFault::never, fmt::format("the server runs, but has not listened on {} within {}; if it needs "
                                         "longer, raise the ready timeout",
                                         wish.port_given ? wish.endpoint.text() : "any port", limit)};
}

/// A command without {port}: whatever the tree listens on will do, if it is clear which.
StartState judge_any_port(const StartSnapshot& now, const StartWish& wish, bool late) {
  const auto found = ours(now);
  if (const auto announced = protocol::parse_endpoint(now.announced); announced && !now.announced.empty()) {
    for (const auto& socket : found)
      if (socket.local.port == announced->port) return ready(now, connectable(socket, wish.endpoint.host));
  }
  if (found.size() == 1) return ready(now, connectable(found.front(), wish.endpoint.host));
  bool one_port = !found.empty();
  for (const auto& socket : found) one_port = one_port && socket.local.port == found.front().local.port;
  if (one_port) return ready(now, connectable(found.front(), wish.endpoint.host));
  if (late && !found.empty())
    return StartFailed{
        StartFault::several_ports,
        fmt::format("the server listens on several ports ({}) and does not say which one to use; it "
                    "could print 'listening on HOST:PORT', or take {{port}} from the command",
                    list(found))};
  return StartWait{};
}

}  // namespace

std::string describe(const ExitStatus& status) {
  if (status.excess) return record::in_words(*status.excess);
  if (status.guard_lost) return "ended because somebody killed the guard process that it ran under";
  if (status.signal) {
    const char* name = ::sigabbrev_np(*status.signal);
    return fmt::format("was ended by signal {}{}", *status.signal, name ? fmt::format(" (SIG{})", name) : "");
  }
  return fmt::format("ended with exit status {}", status.code.value_or(-1));
}

Endpoint connectable(const TcpSocket& socket, const std::string& wished_host) {
  Endpoint result{wished_host, socket.local.port};
  if (reaches(result, socket)) return result;
  result.host = socket.local.host == "::" ? "::1" : socket.local.host;
  return result;
}

StartState judge_start(const StartSnapshot& now, const StartWish& wish) {
  const bool listens_elsewhere =
      now.elsewhere_for.count() > 0 && now.elsewhere_for >= wish.elsewhere_patience;
  const bool late = now.since_start >= wish.timeout || listens_elsewhere;
  if (wish.port_given) {
    if (find_wished(now, wish, false) != nullptr && now.tree_alive) return ready(now, wish.endpoint);
  } else if (auto state = judge_any_port(now, wish, late); !std::holds_alternative<StartWait>(state)) {
    return state;
  }
  if (now.exited && !now.tree_alive) return ended(now, wish);
  if (late) return timed_out(now, wish);
  return StartWait{};
}

}  // namespace bftp::launch
