#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/connection.hpp"
#include "protocol/result.hpp"

namespace bftp::torture {

/// One connection to the server under test. One thread.
class Wire {
 public:
  virtual ~Wire() = default;

  /// Sends all of it as segments of its own (TCP_NODELAY). Errors: reset, deadline.
  virtual protocol::Result<void> send(std::string_view bytes, std::chrono::milliseconds patience) = 0;
  /// What has come, at least a byte; empty at the server's FIN. Errors: reset, deadline.
  virtual protocol::Result<std::string> receive(std::chrono::milliseconds patience) = 0;
  /// FIN; the server can still be heard.
  virtual void end_sending() = 0;
  /// We have given up on this connection for its age, whatever the server does.
  virtual bool is_too_old() const { return false; }
};

/// The world as cases see it: a server to connect to, and time. The real one is made of sockets; the fake of
/// the tests answers from a function, and its time passes only when somebody waits.
class Network {
 public:
  virtual ~Network() = default;
  /// Errors: refused, deadline, system.
  virtual protocol::Result<std::unique_ptr<Wire>> connect(std::chrono::milliseconds patience) = 0;
  /// To another port of the same host, where FTP has its data connections. Errors: as connect().
  virtual protocol::Result<std::unique_ptr<Wire>> connect_beside(std::uint16_t port,
                                                                 std::chrono::milliseconds patience) = 0;
  virtual void pause(std::chrono::milliseconds time) = 0;
  virtual std::chrono::microseconds now() = 0;  ///< since some fixed point
  /// What is connected from now on is to tidy up, until set again: an interrupt does not keep it from being
  /// done, within a few seconds.
  virtual void set_tidying(bool /*on*/) {}
};

/// As long as it lives, connections are there to tidy up.
class Tidying {
 public:
  explicit Tidying(Network& network) : network_(network) { network_.set_tidying(true); }
  Tidying(const Tidying&) = delete;
  Tidying& operator=(const Tidying&) = delete;
  ~Tidying() { network_.set_tidying(false); }

 private:
  Network& network_;
};

/// TCP to wherever `set_endpoint` said last. Once `stop` is set, which outlives it, nothing is waited for:
/// what is not there yet counts as silence. So does everything once a connection is `connection_time_max`
/// old: a server that sends a byte now and then would keep a case for ever.
class SocketNetwork final : public Network {
 public:
  explicit SocketNetwork(const std::atomic<bool>& stop,
                         std::chrono::milliseconds connection_time_max = std::chrono::minutes(1))
      : stop_(stop), connection_time_max_(connection_time_max) {}
  void set_endpoint(protocol::Endpoint endpoint) { endpoint_ = std::move(endpoint); }
  protocol::Result<std::unique_ptr<Wire>> connect(std::chrono::milliseconds patience) override;
  protocol::Result<std::unique_ptr<Wire>> connect_beside(std::uint16_t port,
                                                         std::chrono::milliseconds patience) override;
  void pause(std::chrono::milliseconds time) override;
  std::chrono::microseconds now() override;
  void set_tidying(bool on) override { tidying_ = on; }

 private:
  bool is_stopped() const { return stop_.load() && !tidying_; }

  const std::atomic<bool>& stop_;
  bool tidying_ = false;
  std::chrono::milliseconds connection_time_max_;
  protocol::Endpoint endpoint_;
};

}  // namespace bftp::torture
