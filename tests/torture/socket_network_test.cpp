#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>
#include <vector>

#include "harness/torture/network.hpp"
#include "protocol/connection.hpp"

namespace bftp::torture {
namespace {

using std::chrono::milliseconds;

/// Accepts one connection and sends a byte every few milliseconds until it is closed.
class Trickle {
 public:
  Trickle() : listener_(protocol::listen_on({"127.0.0.1", 0}).value()), thread_([this] { serve(); }) {}
  ~Trickle() {
    ::shutdown(listener_.fd.get(), SHUT_RDWR);
    thread_.join();
  }
  Trickle(const Trickle&) = delete;
  Trickle& operator=(const Trickle&) = delete;
  const protocol::Endpoint& endpoint() const { return listener_.endpoint; }

 private:
  void serve() const {
    const protocol::UniqueFd client(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    while (client && ::send(client.get(), "x", 1, MSG_NOSIGNAL) == 1)
      std::this_thread::sleep_for(milliseconds(5));
  }

  protocol::Listener listener_;
  std::thread thread_;
};

/// Takes so many bytes in small steps, and answers once it has them all.
class Slow {
 public:
  explicit Slow(std::size_t bytes)
      : listener_(protocol::listen_on({"127.0.0.1", 0}).value()), thread_([this, bytes] { serve(bytes); }) {}
  ~Slow() {
    ::shutdown(listener_.fd.get(), SHUT_RDWR);
    thread_.join();
  }
  Slow(const Slow&) = delete;
  Slow& operator=(const Slow&) = delete;
  const protocol::Endpoint& endpoint() const { return listener_.endpoint; }

 private:
  void serve(std::size_t bytes) const {
    const int small = 64 << 10;
    ::setsockopt(listener_.fd.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    const protocol::UniqueFd client(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::vector<char> block(32 << 10);
    for (std::size_t taken = 0; client && taken < bytes;) {
      const auto got = ::recv(client.get(), block.data(), block.size(), 0);
      if (got <= 0) return;
      taken += static_cast<std::size_t>(got);
      std::this_thread::sleep_for(milliseconds(25));
    }
    static_cast<void>(::send(client.get(), "x", 1, MSG_NOSIGNAL));
  }

  protocol::Listener listener_;
  std::thread thread_;
};

/// Receives until nothing more is given, and tells why.
protocol::ErrorKind end_of(Wire& wire) {
  for (;;) {
    const auto got = wire.receive(milliseconds(10'000));
    if (!got) return got.error().kind;
    if (got->empty()) return protocol::ErrorKind::closed;
  }
}

TEST(SocketNetwork, AConnectionHasItsTimeHoweverItIsTrickledTo) {
  const std::atomic<bool> stop = false;
  const Trickle server;
  SocketNetwork network(stop, milliseconds(200));
  network.set_endpoint(server.endpoint());
  const auto wire = network.connect(milliseconds(10'000));
  ASSERT_TRUE(wire);
  EXPECT_EQ(end_of(**wire), protocol::ErrorKind::deadline);
}

/// All of it fits into the buffers between the two, and takes longer to be read than the patience lasts.
TEST(SocketNetwork, WhoStillTakesWhatWasSentIsNotSilent) {
  constexpr std::size_t bytes = 1u << 20;
  const std::atomic<bool> stop = false;
  const Slow server(bytes);
  SocketNetwork network(stop, milliseconds(60'000));
  network.set_endpoint(server.endpoint());
  const auto wire = network.connect(milliseconds(10'000));
  ASSERT_TRUE(wire);
  ASSERT_TRUE((*wire)->send(std::string(bytes, 'x'), milliseconds(10'000)));
  const auto got = (*wire)->receive(milliseconds(400));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, "x");
}

TEST(SocketNetwork, AStopIsHeededWhileBytesTrickleIn) {
  std::atomic<bool> stop = false;
  const Trickle server;
  SocketNetwork network(stop);
  network.set_endpoint(server.endpoint());
  const auto wire = network.connect(milliseconds(10'000));
  ASSERT_TRUE(wire);
  EXPECT_TRUE((*wire)->receive(milliseconds(10'000)));
  stop = true;
  EXPECT_EQ(end_of(**wire), protocol::ErrorKind::deadline);
}

TEST(SocketNetwork, AStopIsHeededWhileNobodyAccepts) {
  std::atomic<bool> stop = false;
  const auto full = protocol::listen_on({"127.0.0.1", 0}).value();
  ::listen(full.fd.get(), 0);
  SocketNetwork network(stop);
  network.set_endpoint(full.endpoint);
  // A backlog of none still takes one or two.
  std::vector<std::unique_ptr<Wire>> held;
  for (int i = 0; i < 4; ++i) {
    if (i == 3) stop = true;
    auto wire = network.connect(milliseconds(i < 3 ? 300 : 3'600'000));
    if (wire) held.push_back(std::move(*wire));
    EXPECT_TRUE(i < 3 || !wire);
  }
}

TEST(SocketNetwork, TidiesUpAfterAStop) {
  const std::atomic<bool> stop = true;
  const Trickle server;
  SocketNetwork network(stop);
  network.set_endpoint(server.endpoint());
  {
    const Tidying tidying(network);
    const auto wire = network.connect(milliseconds(10'000));
    ASSERT_TRUE(wire);
    EXPECT_TRUE((*wire)->receive(milliseconds(10'000)));
    EXPECT_EQ(end_of(**wire), protocol::ErrorKind::deadline) << "it has little time";
  }
  const auto wire = network.connect(milliseconds(10'000));
  EXPECT_TRUE(!wire || !(*wire)->receive(milliseconds(10'000)));
}

TEST(SocketNetwork, APauseEndsWithTheRun) {
  const std::atomic<bool> stop = true;
  SocketNetwork network(stop);
  network.pause(std::chrono::hours(1));
}

}  // namespace
}  // namespace bftp::torture
