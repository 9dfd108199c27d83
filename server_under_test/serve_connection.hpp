#pragma once

#include <cstdint>

#include "protocol/connection.hpp"
#include "server_under_test/concurrency_model.hpp"
#include "server_under_test/front.hpp"

/// What the blocking models do with one connection, from its first request to its close.
namespace bftp::server {

/// A file up to this size is copied behind its reply and goes out with it in one call; beyond it sendfile
/// costs less. Measured, see docs/performance.md.
inline constexpr std::uint64_t inline_body_max = 16u << 10;

/// Told by the connection's thread when it waits for a request, and when it has one. So a server that has to
/// end can close the idle connections and leave the busy ones time.
class Idleness {
 public:
  virtual ~Idleness() = default;
  /// False: the server ends, take no more requests.
  virtual bool begin() = 0;
  virtual void end() = 0;
};

/// Serves until the client closes, is silent too long, breaks the framing, or asks to QUIT.
void serve_connection(protocol::Connection& connection, const Front& front, const ServingLimits& limits,
                      Idleness& idleness);

/// Says ERR 503, as the dialect says it, and closes so that the client can read it. Takes at most a second.
void turn_away(protocol::Connection& connection, const Front& front);

/// For an acceptor that has no thread to spare: ERR 503 and close at once.
void turn_away_at_once(protocol::Connection& connection, const Front& front);

/// Waits for the next connection. Nothing when the listener was shut down. A shortage of descriptors or
/// memory is waited out.
protocol::UniqueFd accept_next(int listener);

/// No new connections from now on; wakes whoever waits in accept_next().
void stop_listening(int listener);

/// What each accepted socket is to have, set once: the kernel copies it from the listener.
void prepare_listener(int listener);

}  // namespace bftp::server
