#pragma once

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::server {

/// Tells that the server has to end, by a descriptor that is readable from then on and that nobody reads. So
/// every model can wait for it beside its sockets, without a signal handler.
class Stop {
 public:
  /// On SIGTERM or SIGINT. Blocks both in the calling thread: call it before any thread is made.
  static protocol::Result<Stop> on_signals();
  /// On request(): for tests and for servers inside another program.
  static protocol::Result<Stop> on_request();

  int fd() const { return fd_.get(); }
  bool requested() const;
  /// Any thread. Only for on_request().
  void request();
  /// Returns when the server has to end.
  void wait() const;

 private:
  explicit Stop(protocol::UniqueFd fd) : fd_(std::move(fd)) {}

  protocol::UniqueFd fd_;
};

}  // namespace bftp::server
