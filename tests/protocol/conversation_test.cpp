#include "protocol/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/protocol/peer.hpp"

namespace bftp::protocol {
namespace {

using namespace std::chrono_literals;
using testing::Drip;
using ::testing::HasSubstr;
using testing::pattern;
using testing::socket_pair;
using testing::soon;

/// Runs each test with the peer's bytes cut into pieces of this size.
class InPieces : public ::testing::TestWithParam<std::size_t> {
 protected:
  testing::Pair pair = socket_pair();
  /// Kept until the test ends; it joins before the pair goes.
  std::unique_ptr<Drip> drip;

  Connection& peer_sends(std::string bytes, bool then_finish = true) {
    drip = std::make_unique<Drip>(pair.theirs, pair.ours.fd(), std::move(bytes), GetParam(), then_finish);
    return pair.ours;
  }
  void TearDown() override { drip.reset(); }
};

INSTANTIATE_TEST_SUITE_P(Borders, InPieces, ::testing::Values(1, 2, 3, 7, 8, 9, 4096, 1'000'000));

TEST_P(InPieces, ReceiveExactlyTakesNoByteTooMany) {
  auto& ours = peer_sends("0123456789rest");
  EXPECT_EQ(receive_exactly(ours, 0, soon()).value(), "");
  EXPECT_EQ(receive_exactly(ours, 10, soon()).value(), "0123456789");
  EXPECT_EQ(receive_to_close(ours, 4, soon()).value(), "rest");
}

TEST_P(InPieces, ReceiveExactlyTellsHowMuchIsMissing) {
  const auto got = receive_exactly(peer_sends("short"), 8, soon());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::closed);
  EXPECT_THAT(got.error().message, HasSubstr("3 bytes"));
}

TEST_P(InPieces, ReceiveUntilFindsADelimiterAcrossBorders) {
  auto& ours = peer_sends("GET / HTTP/1.0\r\n\r\r\n\n\r\n\r\nbody");
  EXPECT_EQ(receive_until(ours, "\r\n", 100, soon()).value(), "GET / HTTP/1.0");
  EXPECT_EQ(receive_until(ours, "\r\n\r\n", 100, soon()).value(), "\r\r\n\n");
  EXPECT_EQ(receive_to_close(ours, 100, soon()).value(), "body");
}

TEST_P(InPieces, ReceiveUntilBoundsWhatComesBefore) {
  auto& ours = peer_sends("12345\n123456\nrest");
  EXPECT_EQ(receive_until(ours, "\n", 5, soon()).value(), "12345");
  const auto got = receive_until(ours, "\n", 5, soon());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::too_long);
  EXPECT_EQ(receive_to_close(ours, 100, soon()).value(), "123456\nrest") << "nothing is lost";
}

TEST_P(InPieces, ReceiveUntilKeepsWhatCameBeforeAnEarlyEnd) {
  auto& ours = peer_sends("no end\r");
  const auto got = receive_until(ours, "\r\n", 100, soon());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::closed);
  EXPECT_EQ(receive_to_close(ours, 100, soon()).value(), "no end\r");
}

TEST_P(InPieces, ReceiveUntilTakesEmptyTextAndNul) {
  auto& ours = peer_sends(std::string("\0name\0", 6));
  EXPECT_EQ(receive_until(ours, std::string_view("\0", 1), 0, soon()).value(), "");
  EXPECT_EQ(receive_until(ours, std::string_view("\0", 1), 255, soon()).value(), "name");
}

TEST_P(InPieces, ReceiveToCloseIsBounded) {
  EXPECT_EQ(receive_to_close(peer_sends("12345"), 5, soon()).value(), "12345");
}

TEST_P(InPieces, ReceiveToCloseRefusesMore) {
  EXPECT_EQ(receive_to_close(peer_sends("123456"), 5, soon()).error().kind, ErrorKind::too_long);
}

TEST_P(InPieces, MessagesFollowEachOther) {  // clause 1.4
  auto& ours = peer_sends(
      "00000014Hello Web Wide World00000000"
      "0000000Alower case"
      "00000003end");
  EXPECT_EQ(receive_message(ours, soon()).value(), "Hello Web Wide World");
  EXPECT_EQ(receive_message(ours, soon()).value(), "");
  EXPECT_EQ(receive_message(ours, soon()).value(), "lower case");
  EXPECT_EQ(receive_message(ours, soon()).value(), "end");
  const auto after = receive_message(ours, soon());
  EXPECT_EQ(after.error().kind, ErrorKind::closed);
  EXPECT_THAT(after.error().message, HasSubstr("between messages"));
}

TEST_P(InPieces, AStreamFollowsItsMessage) {  // clause 1.5
  auto& ours = peer_sends(
      "00000004OK 5"
      "bytes"
      "00000002OK");
  EXPECT_EQ(receive_message(ours, soon()).value(), "OK 5");
  EXPECT_EQ(receive_exactly(ours, 5, soon()).value(), "bytes");
  EXPECT_EQ(receive_message(ours, soon()).value(), "OK");
}

TEST_P(InPieces, AMalformedHeaderIsRefused) {  // clause 1.6
  EXPECT_EQ(receive_message(peer_sends("GET / HTTP/1.0\r\n", false), soon()).error().kind,
            ErrorKind::malformed);
}

TEST_P(InPieces, AHeaderAboveTheBoundIsRefused) {
  EXPECT_EQ(receive_message(peer_sends("00010001", false), soon()).error().kind, ErrorKind::too_long);
}

TEST_P(InPieces, AnEndWithinHeaderOrPayloadIsTold) {
  const auto in_header = receive_message(peer_sends("0000000"), soon());
  EXPECT_EQ(in_header.error().kind, ErrorKind::closed);
  EXPECT_THAT(in_header.error().message, HasSubstr("within a header"));
  drip.reset();
  pair = socket_pair();
  const auto in_payload = receive_message(peer_sends("00000005four"), soon());
  EXPECT_EQ(in_payload.error().kind, ErrorKind::closed);
  EXPECT_THAT(in_payload.error().message, HasSubstr("1 bytes"));
}

class MessageSizes : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Borders, MessageSizes,
                         ::testing::Values(0, 1, 4087, 4088, 4089, 4095, 4096, 4097, 65'535, 65'536));

TEST_P(MessageSizes, PassWholeAndLeaveTheNextOneAlone) {
  auto pair = socket_pair();
  const auto payload = pattern(GetParam());
  std::thread sender([&] {
    EXPECT_TRUE(send_message(pair.theirs, payload, soon(), true));
    EXPECT_TRUE(send_message(pair.theirs, "next", soon()));
  });
  EXPECT_EQ(receive_message(pair.ours, soon()).value(), payload);
  EXPECT_EQ(receive_message(pair.ours, soon()).value(), "next");
  sender.join();
}

TEST(SendMessage, RefusesTooMuchBeforeAByteIsSent) {
  auto pair = socket_pair();
  EXPECT_EQ(send_message(pair.theirs, std::string(65'537, 'x'), soon()).error().kind, ErrorKind::too_long);
  testing::finish(pair.theirs);
  EXPECT_EQ(receive_to_close(pair.ours, 10, soon()).value(), "");
}

TEST(SendMessage, SendsLongOnesWhereTheDialectAllowsThem) {  // clause 7.5
  auto pair = socket_pair();
  const auto payload = pattern(3'000'000);
  std::thread sender([&] { EXPECT_TRUE(send_message(pair.theirs, payload, soon(), false, 0xffffffff)); });
  EXPECT_EQ(receive_message(pair.ours, soon(), 0xffffffff).value(), payload);
  sender.join();
}

TEST(SendAll, SendsEverythingThroughASmallWindow) {
  auto pair = testing::tcp_pair();
  const int small = 4096;
  ASSERT_EQ(::setsockopt(pair.theirs.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  const auto bytes = pattern(2'000'003);
  std::thread sender([&] {
    EXPECT_TRUE(send_all(pair.theirs, bytes, soon()));
    testing::finish(pair.theirs);
  });
  EXPECT_EQ(receive_to_close(pair.ours, bytes.size(), soon()).value(), bytes);
  sender.join();
}

TEST(SendAll, OfNothingTouchesNoSocket) {
  Connection closed;
  EXPECT_TRUE(send_all(closed, "", soon()));
}

TEST(SilentPeer, EndsEachTechniqueByItsDeadline) {
  auto pair = socket_pair();
  const auto brief = [] {
    return Deadline::after(2ms);
  };
  EXPECT_EQ(receive_exactly(pair.ours, 1, brief()).error().kind, ErrorKind::deadline);
  EXPECT_EQ(receive_until(pair.ours, "\n", 9, brief()).error().kind, ErrorKind::deadline);
  EXPECT_EQ(receive_to_close(pair.ours, 9, brief()).error().kind, ErrorKind::deadline);
  EXPECT_EQ(receive_message(pair.ours, brief()).error().kind, ErrorKind::deadline);
}

TEST(SilentPeer, LosesNoPartOfAHeaderOrLineThatWasWaitedFor) {
  auto pair = socket_pair();
  ASSERT_TRUE(send_all(pair.theirs, "0000", soon()));
  EXPECT_EQ(receive_message(pair.ours, Deadline::after(2ms)).error().kind, ErrorKind::deadline);
  EXPECT_EQ(receive_until(pair.ours, "\n", 99, Deadline::after(2ms)).error().kind, ErrorKind::deadline);
  ASSERT_TRUE(send_all(pair.theirs, "0002OK", soon()));
  EXPECT_EQ(receive_message(pair.ours, soon()).value(), "OK");
}

TEST(Reset, IsAnErrorAndNotAnEnd) {
  auto pair = testing::tcp_pair();
  testing::reset(pair.theirs);
  EXPECT_EQ(receive_to_close(pair.ours, 9, soon()).error().kind, ErrorKind::reset);
}

}  // namespace
}  // namespace bftp::protocol
