#include "harness/measure/instructions.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

/// The mechanism, by an event that every kernel counts. Where a kernel lets nobody count there is nothing to
/// try, and the counter has to say so.
namespace bftp::measure {
namespace {

using namespace std::chrono_literals;

void burn(std::chrono::milliseconds cpu) {
  timespec now{}, start{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
  const auto ns = [](const timespec& time) {
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
  };
  do {
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while (ns(now) - ns(start) < std::chrono::nanoseconds(cpu).count());
}

/// A process that burns CPU when it is told to, in itself, in a thread or in a child that it starts then.
class Burner {
 public:
  Burner() {
    EXPECT_EQ(::pipe(orders_.data()), 0);
    EXPECT_EQ(::pipe(answers_.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) obey();
    ::close(orders_[0]);
    ::close(answers_[1]);
  }
  ~Burner() {
    ::close(orders_[1]);
    ::close(answers_[0]);
    ::waitpid(pid_, nullptr, 0);
  }
  Burner(const Burner&) = delete;
  Burner& operator=(const Burner&) = delete;

  int pid() const { return pid_; }
  void order(char what) const {
    char done = 0;
    ASSERT_EQ(::write(orders_[1], &what, 1), 1);
    ASSERT_EQ(::read(answers_[0], &done, 1), 1);
  }

 private:
  [[noreturn]] void obey() const {
    ::close(orders_[1]);
    ::close(answers_[0]);
    for (char what = 0; ::read(orders_[0], &what, 1) == 1;) {
      if (what == 's') burn(20ms);
      if (what == 't') std::thread([] { burn(20ms); }).join();
      if (what == 'c') {
        const pid_t child = ::fork();
        if (child == 0) {
          burn(20ms);
          ::_exit(0);
        }
        ::waitpid(child, nullptr, 0);
      }
      if (::write(answers_[1], &what, 1) != 1) break;
    }
    ::_exit(0);
  }

  pid_t pid_ = -1;
  std::array<int, 2> orders_{}, answers_{};
};

TEST(CountEvents, CountsAProcessAndWhatItStarts) {
  const Burner burner;
  const std::array<int, 1> threads{burner.pid()};
  const auto counter = count_events(PerfEvent::task_clock, threads);
  if (!counter) {
    EXPECT_EQ(count_events(PerfEvent::instructions, threads), nullptr);
    return;
  }
  EXPECT_LT(counter->total().value(), 15e6) << "from when it was made on";
  double before = counter->total().value();
  for (const char what : {'s', 't', 'c'}) {
    burner.order(what);
    const double now = counter->total().value();
    EXPECT_GE(now - before, 19e6) << "ns on a processor, order " << what;
    before = now;
  }
}

TEST(CountEvents, HasNothingForNobodyAndForThoseThatAreGone) {
  EXPECT_EQ(count_events(PerfEvent::task_clock, {}), nullptr);
  pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  const std::array<int, 1> threads{gone};
  EXPECT_EQ(count_events(PerfEvent::task_clock, threads), nullptr);
}

}  // namespace
}  // namespace bftp::measure
