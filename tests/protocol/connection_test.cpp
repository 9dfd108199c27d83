#include "protocol/connection.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cerrno>

#include "tests/protocol/peer.hpp"

namespace bftp::protocol {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::pattern;
using testing::socket_pair;
using testing::soon;
using testing::tcp_pair;

std::string take(Connection& connection, std::size_t size) {
  std::string bytes(size, '\0');
  bytes.resize(connection.take_pushed_back(std::as_writable_bytes(std::span(bytes))));
  return bytes;
}

Result<std::size_t> receive(Connection& connection, Deadline deadline = soon()) {
  std::array<std::byte, 16> block{};
  return connection.receive_some(block, deadline);
}

TEST(Pushback, HandsOutInOrderBeforeTheSocket) {
  auto pair = socket_pair();
  ASSERT_TRUE(send_all(pair.theirs, "socket", soon()));
  pair.ours.push_back("world");
  pair.ours.push_back("hello ");
  EXPECT_EQ(pair.ours.pushed_back(), 11U);
  EXPECT_EQ(receive_exactly(pair.ours, 17, soon()).value(), "hello worldsocket");
  EXPECT_EQ(pair.ours.pushed_back(), 0U);
}

TEST(Pushback, TakesBytesBackIntoTheGapOrInFront) {
  Connection connection;
  connection.push_back("abcdef");
  EXPECT_EQ(take(connection, 4), "abcd");
  connection.push_back("cd");     // fits into the gap
  connection.push_back("12345");  // does not
  EXPECT_EQ(take(connection, 100), "12345cdef");
  connection.push_back("");
  EXPECT_EQ(take(connection, 1), "");
}

TEST(ReceiveSome, NeverWaitsWhenThereIsPushback) {
  auto pair = socket_pair();
  pair.ours.push_back("x");
  EXPECT_EQ(receive(pair.ours, Deadline::at({})).value(), 1U);
}

TEST(ReceiveSome, TellsTheEndByZero) {
  auto pair = tcp_pair();
  testing::finish(pair.theirs);
  EXPECT_EQ(receive(pair.ours).value(), 0U);
}

TEST(ReceiveSome, TellsAReset) {
  auto pair = tcp_pair();
  testing::reset(pair.theirs);
  const auto got = receive(pair.ours);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::reset);
  EXPECT_EQ(got.error().system_errno, ECONNRESET);
}

TEST(ReceiveSome, GivesASilentPeerUntilTheDeadline) {
  auto pair = socket_pair();
  const auto deadline = Deadline::after(40ms);
  const auto got = receive(pair.ours, deadline);
  EXPECT_TRUE(deadline.expired()) << "not given up too early";
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::deadline);
  EXPECT_THAT(got.error().message, HasSubstr("nothing"));
}

TEST(ReceiveSome, IsUnharmedByAShortDeadlineBefore) {
  auto pair = socket_pair();
  EXPECT_EQ(receive(pair.ours, Deadline::after(1ms)).error().kind, ErrorKind::deadline);
  const testing::Drip drip(pair.theirs, pair.ours.fd(), "late", 1);
  EXPECT_EQ(receive_exactly(pair.ours, 4, soon()).value(), "late");
}

TEST(ReceiveSome, WorksOnADescriptorThatDoesNotBlock) {
  auto pair = socket_pair();
  ASSERT_EQ(::fcntl(pair.ours.fd(), F_SETFL, O_NONBLOCK), 0);
  EXPECT_EQ(receive(pair.ours, Deadline::after(1ms)).error().kind, ErrorKind::deadline);
  const testing::Drip drip(pair.theirs, pair.ours.fd(), "bytes", 1);
  EXPECT_EQ(receive_exactly(pair.ours, 5, soon()).value(), "bytes");
}

TEST(ReceiveSome, SaysThatADescriptorIsNone) {
  Connection closed;
  EXPECT_EQ(receive(closed).error().system_errno, EBADF);
}

TEST(SendSome, GivesAPeerThatDoesNotReadUntilTheDeadline) {
  auto pair = socket_pair();
  const auto bytes = pattern(8 << 20);
  const auto sent = send_all(pair.ours, bytes, Deadline::after(40ms));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::deadline);
}

TEST(SendSome, TellsAResetInsteadOfEndingTheProcess) {
  auto pair = tcp_pair();
  testing::reset(pair.theirs);
  Result<void> sent;
  while (sent) sent = send_all(pair.ours, pattern(1 << 20), soon());
  EXPECT_EQ(sent.error().kind, ErrorKind::reset);
}

TEST(ConnectionClose, ForgetsEverything) {
  auto pair = socket_pair();
  pair.ours.push_back("kept");
  pair.ours.close();
  EXPECT_FALSE(pair.ours.is_open());
  EXPECT_EQ(pair.ours.pushed_back(), 0U);
}

TEST(WaitFor, TellsWhatDidNotHappen) {
  auto pair = socket_pair();
  EXPECT_TRUE(wait_for(pair.ours.fd(), POLLOUT, soon(), "nothing"));
  const auto waited = wait_for(pair.ours.fd(), POLLIN, Deadline::after(1ms), "no bytes");
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().message, "no bytes before the deadline");
}

TEST(ConnectTo, ReachesAListenerByNumberAndByName) {
  const auto listener = listen_on({"127.0.0.1", 0}).value();
  EXPECT_NE(listener.endpoint.port, 0);
  EXPECT_EQ(listener.endpoint.host, "127.0.0.1");
  EXPECT_TRUE(connect_to(listener.endpoint, soon()));
  EXPECT_TRUE(connect_to({"localhost", listener.endpoint.port}, soon()));
  EXPECT_TRUE(
      connect_to(listener.endpoint, Deadline::never(), {.receive_buffer_bytes = 1 << 20, .no_delay = false}));
}

TEST(ConnectTo, IsRefusedWhereNobodyListens) {
  const auto taken = listen_on({"127.0.0.1", 0}).value();
  auto gone = taken.endpoint;
  {
    const auto listener = listen_on({"127.0.0.1", 0}).value();
    gone = listener.endpoint;
  }
  const auto connection = connect_to(gone, soon());
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::refused);
  EXPECT_THAT(connection.error().message, HasSubstr(gone.text()));
}

TEST(ConnectTo, SaysThatANameIsUnknown) {
  const auto connection = connect_to({"no-such-host.invalid", 1}, soon());  // RFC 2606: never resolves
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message, HasSubstr("no-such-host.invalid"));
}

TEST(ConnectTo, GivesUpOnAFullBacklog) {
  const auto listener = listen_on({"127.0.0.1", 0}, {.backlog = 0}).value();
  std::vector<Connection> waiting;
  for (;;) {  // the kernel drops the SYN as soon as the queue is full
    auto connection = connect_to(listener.endpoint, Deadline::after(50ms));
    if (!connection) {
      EXPECT_EQ(connection.error().kind, ErrorKind::deadline);
      break;
    }
    waiting.push_back(std::move(*connection));
    ASSERT_LT(waiting.size(), 100U);
  }
}

TEST(ConnectTo, AsksBeforeItConnects) {
  const auto listener = listen_on({"127.0.0.1", 0}).value();
  int told = -1;
  const auto connection = connect_to(listener.endpoint, soon(), {.may_connect = [&told](int socket) {
                                       told = socket;
                                       return true;
                                     }});
  ASSERT_TRUE(connection);
  EXPECT_EQ(told, connection->fd());
  const auto given_up = connect_to(listener.endpoint, soon(), {.may_connect = [](int) {
                                     return false;
                                   }});
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().kind, ErrorKind::interrupted);
}

TEST(ListenOn, TellsThatAPortIsTaken) {
  const auto first = listen_on({"127.0.0.1", 0}).value();
  const auto second = listen_on(first.endpoint);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("is taken"));
}

TEST(ListenOn, SharesAPortWhenAsked) {
  const auto first = listen_on({"127.0.0.1", 0}, {.reuse_port = true}).value();
  EXPECT_TRUE(listen_on(first.endpoint, {.reuse_port = true}));
}

TEST(ListenOn, TakesThePortAgainAtOnce) {  // clause 6.2
  Endpoint endpoint;
  {
    const auto listener = listen_on({"127.0.0.1", 0}).value();
    endpoint = listener.endpoint;
    auto client = connect_to(endpoint, soon()).value();
    const UniqueFd served(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_TRUE(served);
    testing::finish(client);
  }  // the served side closes first or together: TIME_WAIT may stay behind
  EXPECT_TRUE(listen_on(endpoint));
}

TEST(ListenOn, SpeaksIpv6WhereTheMachineDoes) {
  const auto listener = listen_on({"::1", 0});
  if (!listener) {
    EXPECT_TRUE(listener.error().system_errno == EADDRNOTAVAIL ||
                listener.error().system_errno == EAFNOSUPPORT);
    return;
  }
  EXPECT_EQ(listener->endpoint.host, "::1");
  EXPECT_TRUE(connect_to(listener->endpoint, soon()));
}

}  // namespace
}  // namespace bftp::protocol
