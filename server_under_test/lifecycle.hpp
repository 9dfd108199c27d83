#pragma once

#include <string>

#include "protocol/connection.hpp"

namespace bftp::server {

/// What happens around the serving, once each in a process's life. Specimens override it.
class Lifecycle {
 public:
  virtual ~Lifecycle() = default;

  /// Before anything else. SIGTERM and SIGINT are not watched yet.
  virtual void before_listening() {}
  /// The port is open; connections queue, nobody is served yet. Signals are watched: a specimen that sets
  /// SIGTERM to SIG_IGN and unblocks it here is not ended by it.
  virtual void listening(const protocol::Endpoint& /*endpoint*/) {}
  /// The first line on standard output, without its end (clause 6.4). Empty: none.
  virtual std::string banner(const protocol::Endpoint& endpoint) { return "listening on " + endpoint.text(); }
  /// After SIGTERM and drain: what to exit with.
  virtual int exit_status(int status) { return status; }
};

}  // namespace bftp::server
