#include <sys/socket.h>

#include <array>
#include <thread>

#include "client_under_test/people/patience.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using namespace std::chrono_literals;
using protocol::ErrorKind;
using ::testing::HasSubstr;

/// The two ends of a connection, the other one driven by a thread of the test's.
class Patience : public ::testing::Test {
 protected:
  Patience() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw std::runtime_error("socketpair");
    ours = protocol::Connection(protocol::UniqueFd(ends[0]));
    theirs = protocol::Connection(protocol::UniqueFd(ends[1]));
  }
  ~Patience() override {
    ours.close();
    if (peer.joinable()) peer.join();
  }
  void send(std::string_view bytes) {
    (void)protocol::send_all(theirs, bytes, protocol::Deadline::after(30s));
  }
  /// A piece, and after `pause` the next.
  void send_slowly(std::vector<std::string> pieces, protocol::Clock::duration pause) {
    peer = std::thread([this, pieces = std::move(pieces), pause] {
      for (const auto& piece : pieces) {
        std::this_thread::sleep_for(pause);
        send(piece);
      }
    });
  }

  protocol::Connection ours;
  protocol::Connection theirs;
  std::thread peer;
};

TEST_F(Patience, LastsAsLongAsPiecesCome) {
  send_slowly(std::vector<std::string>(12, "piece"), 150ms);
  EXPECT_EQ(receive_patiently(ours, 60, 1500ms).value().size(), 60U)
      << "in all they take longer than the patience";
}

TEST_F(Patience, OfAMessageBeginsAnewWithEachPiece) {
  send_slowly({"0000", "0008", "OK", " 12", "345", "more"}, 300ms);
  EXPECT_EQ(receive_message_patiently(ours, 1500ms, 1500ms).value(), "OK 12345");
}

TEST_F(Patience, EndsWithSilence) {
  send("half");
  EXPECT_EQ(receive_patiently(ours, 8, 20ms).error().kind, ErrorKind::deadline);
  EXPECT_EQ(receive_message_patiently(ours, 20ms, 10s).error().kind, ErrorKind::deadline);
  send("0000");
  EXPECT_EQ(receive_message_patiently(ours, 10s, 20ms).error().kind, ErrorKind::deadline);
}

TEST_F(Patience, TakesNothingBeyondTheMessage) {
  send("00000002OK00000003ERR");
  EXPECT_EQ(receive_message_patiently(ours, 10s, 10s).value(), "OK");
  EXPECT_EQ(ours.pushed_back(), 0U);
  EXPECT_EQ(receive_message_patiently(ours, 10s, 10s).value(), "ERR");
}

TEST_F(Patience, TellsWhereTheServerClosed) {
  send("0000");
  theirs.close();
  EXPECT_THAT(receive_message_patiently(ours, 10s, 10s).error().message, HasSubstr("4 bytes still due"));
  EXPECT_THAT(receive_message_patiently(ours, 10s, 10s).error().message, HasSubstr("without an answer"));
}

TEST_F(Patience, BelievesNoHeader) {
  send("0000000g00010001");
  EXPECT_EQ(receive_message_patiently(ours, 10s, 10s).error().kind, ErrorKind::malformed);
  EXPECT_EQ(receive_message_patiently(ours, 10s, 10s).error().kind, ErrorKind::too_long);
}

TEST(TimeToWorkThrough, GrowsWithTheSize) {
  EXPECT_EQ(time_to_work_through(0), 0s);
  EXPECT_EQ(time_to_work_through(8 << 20), 500ms);
  EXPECT_EQ(time_to_work_through(std::uint64_t{16} << 30), 1024s);
  EXPECT_EQ(time_to_work_through(9'223'372'036'854'775'807U), 24h) << "bounded, like every wait";
}

}  // namespace
}  // namespace bftp::client::people
