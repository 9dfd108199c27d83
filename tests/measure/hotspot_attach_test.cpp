#include "harness/measure/hotspot_attach.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace bftp::measure {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

TEST(AttachTerms, ReadWhatTheStatusSays) {
  const auto terms = parse_attach_terms(
      "Name:\tjava\nUid:\t1000\t1001\t1002\t1003\nNSpid:\t4711\t12\nSigIgn:\t0000000000000004\n"
      "SigCgt:\t2000000181005ccf\n"sv);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->owner, 1001u);
  EXPECT_EQ(terms->pid_inside, 12);
  EXPECT_TRUE(terms->catches_quit);
  EXPECT_FALSE(
      parse_attach_terms("Uid:\t0\t0\t0\t0\nNSpid:\t7\nSigCgt:\t0000000000000002\n"sv)->catches_quit);
}

TEST(AttachTerms, TakeNothingForGranted) {
  for (const auto status : {""sv, "Uid:\t0\t0\t0\t0\nNSpid:\t7\n"sv, "Uid:\t0\nNSpid:\t7\nSigCgt:\t4\n"sv,
                            "Uid:\t0\t0\nNSpid:\nSigCgt:\t4\n"sv, "Uid:\t0\t0\nNSpid:\t7\nSigCgt:\tquit\n"sv,
                            "Uid:\t0\t-1x\nNSpid:\t7\nSigCgt:\t4\n"sv, "Name:\tUid: 0 0\nSigCgtX:\t4"sv})
    EXPECT_FALSE(parse_attach_terms(status)) << status;
}

/// How a process answers who wants to attach to it.
enum class Machine {
  collects,
  refuses,       ///< -XX:+DisableExplicitGC
  ends_at_quit,  ///< -Xrs
  keeps_shut,    ///< -XX:+DisableAttachMechanism
  says_nothing,  ///< takes the command, and no more
  floods,        ///< answers without an end
  lays_a_link,   ///< in place of its socket
};

/// A process that does of HotSpot's attach mechanism what matters here.
class FakeMachine {
 public:
  explicit FakeMachine(Machine kind) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe(ready.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) serve(kind, ready[1]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~FakeMachine() {
    if (pid_ > 0) end();
    ::unlink(socket_of(pid_was_).c_str());
  }
  FakeMachine(const FakeMachine&) = delete;
  FakeMachine& operator=(const FakeMachine&) = delete;

  int pid() const { return pid_; }
  std::string socket() const { return socket_of(pid_was_ > 0 ? pid_was_ : pid_); }
  bool alive() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }
  void end() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_was_ = pid_;
    pid_ = 0;
  }

 private:
  static std::string socket_of(int pid) { return "/tmp/.java_pid" + std::to_string(pid); }
  static volatile sig_atomic_t asked;

  [[noreturn]] static void serve(Machine kind, int ready) {
    if (kind != Machine::ends_at_quit) {
      struct sigaction action {};
      action.sa_handler = [](int) {
        asked = 1;
      };
      ::sigaction(SIGQUIT, &action, nullptr);
    }
    sigset_t quit{}, before{};
    ::sigemptyset(&quit);
    ::sigaddset(&quit, SIGQUIT);
    ::sigprocmask(SIG_BLOCK, &quit, &before);
    ::sigdelset(&before, SIGQUIT);
    [[maybe_unused]] const auto told = ::write(ready, "r", 1);
    while (asked == 0) ::sigsuspend(&before);
    const std::string trigger = "/tmp/.attach_pid" + std::to_string(::getpid());
    struct stat about {};
    const bool triggered = ::stat(trigger.c_str(), &about) == 0 && about.st_uid == ::geteuid();
    if (!triggered || kind == Machine::keeps_shut) wait_for_ever();
    if (kind == Machine::lays_a_link) {
      [[maybe_unused]] const int linked = ::symlink("/dev/log", socket_of(::getpid()).c_str());
      wait_for_ever();
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_of(::getpid()).copy(address.sun_path, sizeof address.sun_path - 1);
    const int door = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::bind(door, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(door, 5) != 0)
      ::_exit(1);
    for (;;) answer(kind, ::accept(door, nullptr, nullptr));
  }

  static void answer(Machine kind, int link) {
    std::array<char, 64> request{};
    std::size_t got = 0;
    while (got < expected.size()) {
      const ssize_t part = ::recv(link, request.data() + got, request.size() - got, 0);
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    const bool understood = std::string_view(request.data(), got) == expected;
    if (kind == Machine::says_nothing) wait_for_ever();
    const std::string_view said = !understood ? "101\n"
                                  : kind == Machine::refuses
                                      ? "0\nExplicit GC is disabled, no GC has been performed."
                                      : "0\n";
    ssize_t sent = ::send(link, said.data(), said.size(), MSG_NOSIGNAL);
    while (kind == Machine::floods && sent > 0) sent = ::send(link, said.data(), said.size(), MSG_NOSIGNAL);
    ::close(link);
  }

  [[noreturn]] static void wait_for_ever() {
    for (;;) ::pause();
  }

  static constexpr std::string_view expected{"1\0jcmd\0GC.run\0\0\0", 16};
  pid_t pid_ = 0, pid_was_ = 0;
};
volatile sig_atomic_t FakeMachine::asked = 0;

bool exists(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

TEST(HotspotAttach, HasGarbageCollectedAgainAndAgain) {
  FakeMachine machine(Machine::collects);
  HotspotAttach attach;
  EXPECT_TRUE(attach.collect(machine.pid(), 10s));
  EXPECT_FALSE(exists("/tmp/.attach_pid" + std::to_string(machine.pid())));
  EXPECT_TRUE(attach.collect(machine.pid(), 10s)) << "by the socket that is there";
}

TEST(HotspotAttach, SaysSoWhereNothingWasCollected) {
  for (const Machine kind :
       {Machine::refuses, Machine::keeps_shut, Machine::says_nothing, Machine::lays_a_link}) {
    SCOPED_TRACE(static_cast<int>(kind));
    FakeMachine machine(kind);
    HotspotAttach attach;
    EXPECT_FALSE(attach.collect(machine.pid(), 200ms));
    EXPECT_TRUE(machine.alive());
    EXPECT_FALSE(exists("/tmp/.attach_pid" + std::to_string(machine.pid())));
  }
}

TEST(HotspotAttach, AnAnswerWithoutAnEndIsBounded) {
  FakeMachine machine(Machine::floods);
  EXPECT_FALSE(HotspotAttach().collect(machine.pid(), 30s));
}

TEST(HotspotAttach, WhomTheSignalWouldEndIsNotAsked) {
  FakeMachine machine(Machine::ends_at_quit);
  EXPECT_FALSE(HotspotAttach().collect(machine.pid(), 10s));
  EXPECT_TRUE(machine.alive());
}

TEST(HotspotAttach, NobodyIsThere) {
  FakeMachine machine(Machine::collects);
  const int pid = machine.pid();
  machine.end();
  EXPECT_FALSE(HotspotAttach().collect(pid, 10s));
}

TEST(HotspotAttach, RemovesTheSocketOfOneThatWasKilled) {
  FakeMachine killed(Machine::collects), living(Machine::collects);
  {
    HotspotAttach attach;
    EXPECT_TRUE(attach.collect(killed.pid(), 10s));
    EXPECT_TRUE(attach.collect(living.pid(), 10s));
    killed.end();
    EXPECT_TRUE(exists(killed.socket()));
  }
  EXPECT_FALSE(exists(killed.socket()));
  EXPECT_TRUE(exists(living.socket())) << "others may want to attach";
}

}  // namespace
}  // namespace bftp::measure
