#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/launch/session.hpp"
#include "harness/launch/socket_table.hpp"

namespace bftp::launch {

/// What is known about a starting server at one instant. A value.
struct StartSnapshot {
  std::chrono::duration<double> since_start{};
  std::optional<ExitStatus> exited;               ///< the process that was started
  bool tree_alive = true;                         ///< it or a descendant of it
  std::vector<TcpSocket> listening;               ///< of the whole machine
  std::set<std::uint64_t> held;                   ///< inodes of the sockets that the tree holds
  bool held_whole = true;                         ///< false: a process of the tree would not let us look
  std::chrono::duration<double> elsewhere_for{};  ///< how long it has listened somewhere, but not as wished
  std::string announced;  ///< "HOST:PORT" that the server printed (clause 6.4), or empty
};

/// What the server was asked for.
struct StartWish {
  protocol::Endpoint endpoint;  ///< where it was told to listen
  bool port_given = true;       ///< false: the command has no {port}, any port will do
  std::chrono::duration<double> timeout{20};
  /// How long a server may serve another port before it counts as having mistaken it: some open several, one
  /// by one.
  std::chrono::duration<double> elsewhere_patience{5};
};

/// Enumerates why a server did not become ready, for tests and for the decision to try another port.
enum class StartFault : std::uint8_t {
  exited,
  port_taken,
  elsewhere,
  wrong_host,
  never,
  several_ports,
  interrupted,  ///< by LaunchOptions::hurry
};

struct StartWait {};
struct StartReady {
  protocol::Endpoint endpoint;  ///< where to connect
  bool daemonised = false;      ///< the process that was started has ended, a descendant serves
};
struct StartFailed {
  StartFault fault = StartFault::never;
  std::string message;  ///< one sentence
};
using StartState = std::variant<StartWait, StartReady, StartFailed>;

/// Ready is "the wished port is in LISTEN and owned by the server's process tree", never a trial connection:
/// some servers die of an empty connection, and some serve only one (DESIGN.md section 6). Pure.
StartState judge_start(const StartSnapshot& now, const StartWish& wish);

/// "ended at once with exit status 1", "was ended by signal 11 (SIGSEGV)".
std::string describe(const ExitStatus& status);

/// Numeric address that a client connects to for a socket: the loopback address for a wildcard.
protocol::Endpoint connectable(const TcpSocket& socket, const std::string& wished_host);

}  // namespace bftp::launch
