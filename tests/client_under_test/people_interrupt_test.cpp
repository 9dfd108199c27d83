// Ctrl-C, as the signal that it is. At a terminal it is tried in people_terminal_test.cpp.

#include <signal.h>
#include <unistd.h>

#include "client_under_test/people/interrupt.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Interrupt : public testing::SessionTest {
 protected:
  ~Interrupt() override {
    if (finger_.joinable()) finger_.join();
    ::signal(SIGINT, SIG_DFL);
  }

  /// Presses Ctrl-C once the server has got this request.
  void press_when_asked(const std::string& request) {
    finger_ = std::thread([this, request] {
      while (server.requests().empty() || server.requests().back() != request) std::this_thread::yield();
      ::kill(::getpid(), SIGINT);
    });
  }

  std::thread finger_;
};

TEST_F(Interrupt, ComesBackFromAWaitForTheServer) {
  server.answer("GET slow", "00000008OK 99999");  // and then nothing
  const InterruptGuard guard;
  press_when_asked("GET slow");
  EXPECT_EQ(run("get slow " + local("slow")), 2);
  EXPECT_TRUE(guard.happened());
}

TEST_F(Interrupt, ComesBackFromAConnectionThatWasMadeAnew) {
  server.answer("GET slow", "00000008OK 99999");
  const InterruptGuard guard;
  ASSERT_EQ(run("noop"), 0);
  server.drop_client();
  press_when_asked("GET slow");
  EXPECT_EQ(run("get slow " + local("slow")), 2);
}

TEST_F(Interrupt, BetweenTwoStepsKeepsTheNextFromBeginning) {
  server.put_folder("/d");
  server.put_file("/d/a", "");
  const InterruptGuard guard;
  ASSERT_EQ(run("noop"), 0);
  ASSERT_EQ(::raise(SIGINT), 0);
  EXPECT_EQ(run("rm d/a"), 2);
  EXPECT_EQ(failure.message, "interrupted");
  EXPECT_EQ(run("get -r d " + folder), 2);
  EXPECT_EQ(run("put -r " + folder + " d"), 2);
  EXPECT_THAT(server.requests(), ::testing::ElementsAre("NOOP"));
}

TEST_F(Interrupt, EndsWithItsGuard) {
  {
    const InterruptGuard guard;
    ASSERT_EQ(::raise(SIGINT), 0);
    EXPECT_EQ(run("noop"), 2);
  }
  ASSERT_EQ(::raise(SIGINT), 0) << "ignored";
  const InterruptGuard next;
  EXPECT_FALSE(next.happened());
  EXPECT_EQ(run("noop"), 0) << failure.message;
}

TEST_F(Interrupt, ComesBackFromAConnectionThatIsNotAccepted) {
  const auto full = protocol::listen_on({"127.0.0.1", 0}, {.backlog = 0}).value();
  std::vector<protocol::Connection> waiting;  // until the queue is full and the kernel answers no more
  for (;;) {
    auto connection = protocol::connect_to(full.endpoint, protocol::Deadline::after(50ms));
    if (!connection) break;
    waiting.push_back(std::move(*connection));
  }
  session.endpoint = full.endpoint;
  session.waits.connect = 1h;
  const InterruptGuard guard;
  std::atomic<bool> is_back = false;
  finger_ = std::thread([&is_back] {
    while (!is_back) {
      std::this_thread::sleep_for(10ms);
      ::kill(::getpid(), SIGINT);
    }
  });
  EXPECT_EQ(run("noop"), 2);
  is_back = true;
  finger_.join();
}

TEST_F(Interrupt, OfAConnectionGivesUpTheNextAddressToo) {
  const InterruptGuard guard;
  ASSERT_EQ(::raise(SIGINT), 0);
  EXPECT_FALSE(watch_for_interrupt(-1));
  const auto connection = protocol::connect_to(server.endpoint(), protocol::Deadline::after(30s),
                                               {.may_connect = watch_for_interrupt});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, protocol::ErrorKind::interrupted);
}

}  // namespace
}  // namespace bftp::client::people
