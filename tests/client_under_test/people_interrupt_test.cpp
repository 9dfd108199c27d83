// Ctrl-C, as the signal that it is. At a terminal it is tried in people_terminal_test.cpp.

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "client_under_test/people/interrupt.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

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

  /// Presses Ctrl-C over and over while `work` runs: there is nothing to see of the moment at which it waits.
  template <class Work>
  void press_during(Work work) {
    std::atomic<bool> is_back = false;
    finger_ = std::thread([&is_back, worker = ::pthread_self()] {
      while (!is_back) {
        std::this_thread::sleep_for(10ms);
        ::pthread_kill(worker, SIGINT);
      }
    });
    work();
    is_back = true;
    finger_.join();
  }

  std::thread finger_;
};

TEST_F(Interrupt, ComesBackFromAWaitForTheServer) {
  server.answer("GET slow", "00000008OK 99999");  // and then nothing
  const InterruptGuard guard;
  press_when_asked("GET slow");
  EXPECT_EQ(run("get slow " + local("slow")), 2);
  EXPECT_THAT(failure.message, HasSubstr("closed")) << "not: was silent for too long";
  EXPECT_TRUE(guard.happened());
}

TEST_F(Interrupt, ComesBackFromAConnectionThatWasMadeAnew) {
  server.answer("GET slow", "00000008OK 99999");
  const InterruptGuard guard;
  ASSERT_EQ(run("noop"), 0);
  server.drop_client();
  press_when_asked("GET slow");
  EXPECT_EQ(run("get slow " + local("slow")), 2);
  EXPECT_THAT(failure.message, HasSubstr("closed"));
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
  session.waits.connect = 60s;
  const auto begin = protocol::Clock::now();
  const InterruptGuard guard;
  press_during([this] { EXPECT_EQ(run("noop"), 2); });
  EXPECT_LT(protocol::Clock::now() - begin, 30s);
}

TEST_F(Interrupt, ComesBackFromAFifoThatNobodyReads) {
  ASSERT_EQ(::mkfifo(local("fifo").c_str(), 0600), 0);
  const InterruptGuard guard;
  press_during([this] { EXPECT_EQ(run("get a " + local("fifo")), 3); });
  EXPECT_THAT(server.requests(), ::testing::IsEmpty()) << "asked only once somebody reads";
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
