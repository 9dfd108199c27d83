#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "harness/torture/network.hpp"
#include "protocol/conversation.hpp"

namespace bftp::torture {

namespace {

using protocol::Deadline;
using protocol::Result;

/// An interrupt is noticed this fast.
constexpr std::chrono::milliseconds interrupt_latency{100};

class SocketWire final : public Wire {
 public:
  SocketWire(protocol::Connection connection, const std::atomic<bool>& stop)
      : connection_(std::move(connection)), stop_(stop) {}

  Result<void> send(std::string_view bytes, std::chrono::milliseconds patience) override {
    return protocol::send_all(connection_, bytes, Deadline::after(patience));
  }
  Result<std::string> receive(std::chrono::milliseconds patience) override {
    std::array<std::byte, 64 * 1024> block;
    const auto whole = Deadline::after(patience);
    while (true) {
      const auto slice = std::min(whole.when(), protocol::Clock::now() + interrupt_latency);
      const auto got = connection_.receive_some(block, Deadline::at(slice));
      if (got) return std::string(reinterpret_cast<const char*>(block.data()), *got);
      const bool go_on =
          got.error().kind == protocol::ErrorKind::deadline && !whole.expired() && !stop_.load();
      if (!go_on) return got.error();
    }
  }
  void end_sending() override { ::shutdown(connection_.fd(), SHUT_WR); }

 private:
  protocol::Connection connection_;
  const std::atomic<bool>& stop_;
};

}  // namespace

Result<std::unique_ptr<Wire>> SocketNetwork::connect(std::chrono::milliseconds patience) {
  return connect_beside(endpoint_.port, patience);
}

Result<std::unique_ptr<Wire>> SocketNetwork::connect_beside(std::uint16_t port,
                                                            std::chrono::milliseconds patience) {
  auto endpoint = endpoint_;
  endpoint.port = port;
  auto connection = protocol::connect_to(endpoint, Deadline::after(patience));
  if (!connection) return connection.error();
  return std::unique_ptr<Wire>(std::make_unique<SocketWire>(std::move(*connection), stop_));
}

void SocketNetwork::pause(std::chrono::milliseconds time) {
  std::this_thread::sleep_for(time);
}

std::chrono::milliseconds SocketNetwork::now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(protocol::Clock::now().time_since_epoch());
}

}  // namespace bftp::torture
