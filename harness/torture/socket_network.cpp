#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>
#include <thread>

#include "harness/torture/network.hpp"
#include "protocol/conversation.hpp"

namespace bftp::torture {

namespace {

using protocol::Deadline;
using protocol::Result;

/// An interrupt is noticed this fast …
constexpr std::chrono::milliseconds interrupt_latency{100};
/// … and while a connection is made: a SYN that a full backlog drops is sent again after a second anyway.
constexpr std::chrono::milliseconds connect_slice{1000};
/// A connection that tidies up is not interrupted, so that is all it gets.
constexpr std::chrono::milliseconds tidying_time_max{3000};
/// For those: nobody sets it.
const std::atomic<bool> never{false};

class SocketWire final : public Wire {
 public:
  SocketWire(protocol::Connection connection, const std::atomic<bool>& stop, std::chrono::milliseconds life)
      : connection_(std::move(connection)), stop_(stop), end_(Deadline::after(life)) {}

  Result<void> send(std::string_view bytes, std::chrono::milliseconds patience) override {
    auto left = std::as_bytes(std::span(bytes));
    while (!left.empty()) {
      const auto sent =
          in_slices(patience, [&](const Deadline& slice) { return connection_.send_some(left, slice); });
      if (!sent) return sent.error();
      left = left.subspan(*sent);
    }
    return {};
  }
  /// A server that still takes what was sent is not silent: it cannot answer before it has it.
  Result<std::string> receive(std::chrono::milliseconds patience) override {
    std::array<std::byte, std::size_t{64} << 10> block{};
    for (;;) {
      const int underway = bytes_underway();
      const auto got =
          in_slices(patience, [&](const Deadline& slice) { return connection_.receive_some(block, slice); });
      if (got) return std::string(reinterpret_cast<const char*>(block.data()), *got);
      const bool takes = got.error().kind == protocol::ErrorKind::deadline && bytes_underway() < underway;
      if (!takes || stop_.load() || end_.expired()) return got.error();
    }
  }
  void end_sending() override { ::shutdown(connection_.fd(), SHUT_WR); }
  bool is_too_old() const override { return end_.expired(); }

 private:
  /// Sent by us and not yet acknowledged; 0 where the system does not tell.
  int bytes_underway() const {
    int bytes = 0;
    return ::ioctl(connection_.fd(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
  }

  /// `act` until it is done, the patience or the connection's time is over, or the run is to end.
  template <class Act>
  Result<std::size_t> in_slices(std::chrono::milliseconds patience, Act act) {
    const auto whole = Deadline::at(std::min(Deadline::after(patience).when(), end_.when()));
    for (;;) {
      if (stop_.load() || whole.expired())
        return protocol::Error{protocol::ErrorKind::deadline, "no more time for this connection", 0};
      const auto slice = std::min(whole.when(), protocol::Clock::now() + interrupt_latency);
      auto done = act(Deadline::at(slice));
      if (done || done.error().kind != protocol::ErrorKind::deadline) return done;
    }
  }

  protocol::Connection connection_;
  const std::atomic<bool>& stop_;
  Deadline end_;
};

}  // namespace

Result<std::unique_ptr<Wire>> SocketNetwork::connect(std::chrono::milliseconds patience) {
  return connect_beside(endpoint_.port, patience);
}

Result<std::unique_ptr<Wire>> SocketNetwork::connect_beside(std::uint16_t port,
                                                            std::chrono::milliseconds patience) {
  auto endpoint = endpoint_;
  endpoint.port = port;
  const auto life = tidying_ ? std::min(tidying_time_max, connection_time_max_) : connection_time_max_;
  const auto whole = Deadline::after(std::min(patience, life));
  for (;;) {
    const auto slice = std::min(whole.when(), protocol::Clock::now() + connect_slice);
    auto connection = protocol::connect_to(endpoint, Deadline::at(slice));
    if (connection)
      return std::unique_ptr<Wire>(
          std::make_unique<SocketWire>(std::move(*connection), tidying_ ? never : stop_, life));
    const bool again = connection.error().kind == protocol::ErrorKind::deadline && !whole.expired();
    if (!again || is_stopped()) return connection.error();
  }
}

void SocketNetwork::pause(std::chrono::milliseconds time) {
  const auto until = protocol::Clock::now() + time;
  for (auto now = protocol::Clock::now(); now < until && !is_stopped(); now = protocol::Clock::now())
    std::this_thread::sleep_for(std::min<protocol::Clock::duration>(until - now, interrupt_latency));
}

std::chrono::microseconds SocketNetwork::now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(protocol::Clock::now().time_since_epoch());
}

}  // namespace bftp::torture
