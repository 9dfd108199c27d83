#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>

#include "server_under_test/blocking_server.hpp"

/// A process for each connection: the classic of the textbooks. The parent accepts and forks; a child serves
/// one connection and exits. What a child breaks, it breaks for itself alone.
namespace bftp::server {

namespace {

using protocol::Connection;
using protocol::UniqueFd;

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set{};
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

/// A child lets SIGTERM and SIGINT end it while it waits for a request, and holds them off while it serves
/// one: an upload that dies half-way would leave its temporary file. One that came meanwhile must not end the
/// child on the spot either: with a request unread the kernel would send RST and drop what is not yet sent.
class HoldSignals final : public Idleness {
 public:
  bool begin() override {
    sigset_t pending{};
    ::sigpending(&pending);
    if (::sigismember(&pending, SIGTERM) == 1 || ::sigismember(&pending, SIGINT) == 1) return false;
    ::pthread_sigmask(SIG_UNBLOCK, &ends_, nullptr);
    return true;
  }
  void end() override { ::pthread_sigmask(SIG_BLOCK, &ends_, nullptr); }

 private:
  sigset_t ends_ = set_of({SIGTERM, SIGINT});
};

/// In the middle of something, perhaps: SIGTERM and SIGINT only end a child that waits.
bool was_killed(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGINT;
}

[[noreturn]] void be_child(pid_t parent, Connection connection, const Front& front,
                           const ServingLimits& limits, Reception reception) {
  HoldSignals idleness;
  idleness.end();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);     // should the parent get killed
  if (::getppid() != parent) ::_exit(0);  // it was, before we could ask for the signal
  if (reception == Reception::serve) {
    serve_connection(connection, front, limits, idleness);
  } else {
    turn_away(connection, front);
  }
  connection.close();
  // Not exit(): what the parent has registered with atexit, and its buffers, are the parent's.
  ::_exit(0);
}

class ForkingServer {
 public:
  ForkingServer(int listener, const Front& front, const ServingLimits& limits, const Stop& stop)
      : listener_(listener), front_(front), limits_(limits), stop_(stop), admission_(limits.clients_max) {
    const auto child = set_of({SIGCHLD});
    ::pthread_sigmask(SIG_BLOCK, &child, &mask_before_);
    // Whoever started us may ignore SIGCHLD, and that survives exec: then nobody would tell us of a child's
    // end, and its place would never be free again.
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &standard, &action_before_);
    child_ended_ = UniqueFd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    prepare_listener(listener);
    // A client may give up between poll and accept, and then accept must not wait for the next.
    ::fcntl(listener, F_SETFL, O_NONBLOCK);
  }
  ~ForkingServer() {
    ::sigaction(SIGCHLD, &action_before_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  ForkingServer(const ForkingServer&) = delete;
  ForkingServer& operator=(const ForkingServer&) = delete;

  protocol::Result<void> serve() {
    if (!child_ended_) return protocol::system_error("cannot watch for the end of children");
    while (!wait_for_something(-1).stop) {
      if (ready_.child) reap();
      if (ready_.client) accept_and_fork();
    }
    return drain();
  }

 private:
  struct Ready {
    bool client = false;
    bool child = false;
    bool stop = false;
  };

  const Ready& wait_for_something(int timeout_ms) {
    std::array<pollfd, 3> waiting{{{.fd = child_ended_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = stop_.fd(), .events = POLLIN, .revents = 0},
                                   {.fd = listener_, .events = POLLIN, .revents = 0}}};
    const bool some = ::poll(waiting.data(), waiting.size(), timeout_ms) > 0;
    ready_ = {some && waiting[2].revents != 0, some && waiting[0].revents != 0,
              some && waiting[1].revents != 0};
    return ready_;
  }

  void accept_and_fork() {
    Connection connection{UniqueFd(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC))};
    if (!connection.is_open()) return wait_out_shortage();
    const auto reception = admission_.enter();
    if (reception == Reception::turn_away_at_once) return turn_away_at_once(connection, front_);
    const pid_t child = ::fork();
    if (child == 0) {
      leave_parents_sockets();
      be_child(parent_, std::move(connection), front_, limits_, reception);
    }
    if (child < 0) {
      admission_.leave(reception);
      return turn_away_at_once(connection, front_);
    }
    children_.emplace(child, reception);
    // The parent's copy of the socket closes here; the child's keeps the connection open.
  }

  /// Without this the poll would return at once, again and again.
  void wait_out_shortage() {
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) ::poll(nullptr, 0, 10);
  }

  /// Every child that has ended, so that none stays a zombie. Only our own: others belong to the embedder.
  void reap() {
    signalfd_siginfo told{};
    while (::read(child_ended_.get(), &told, sizeof told) > 0) {
    }
    std::erase_if(children_, [this](const auto& child) { return has_ended(child.first, child.second); });
    if (tidier_ != 0 && ::waitpid(tidier_, nullptr, WNOHANG) != 0) tidier_ = 0;
    if (untidy_ && tidier_ == 0) start_tidier();
  }

  bool has_ended(pid_t child, Reception reception) {
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == 0) return false;
    admission_.leave(reception);
    front_.service.process_ended(child);
    untidy_ = untidy_ || was_killed(status);
    return true;
  }

  /// It may take long, so it has a process of its own; never more than one, however many children get killed.
  void start_tidier() {
    const pid_t tidier = ::fork();
    if (tidier == 0) {
      leave_parents_sockets();
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      front_.service.tidy_up();
      ::_exit(0);
    }
    if (tidier < 0) return;  // tried again when the next child has ended
    tidier_ = tidier;
    untidy_ = false;
  }

  void leave_parents_sockets() {
    ::close(listener_);
    ::close(child_ended_.get());
  }

  void signal_children(int signal) const {
    for (const auto& [child, reception] : children_) ::kill(child, signal);
  }

  bool is_busy() const { return !children_.empty() || tidier_ != 0; }

  /// What it has not found yet is the next server's, which begins by looking for it.
  void end_tidier() {
    ::kill(tidier_, SIGKILL);
    ::waitpid(tidier_, nullptr, 0);
    tidier_ = 0;
  }

  protocol::Result<void> drain() {
    stop_listening(listener_);
    signal_children(SIGTERM);
    const auto deadline = protocol::Deadline::after(limits_.drain);
    for (reap(); is_busy() && !deadline.expired(); reap()) {
      pollfd waiting{.fd = child_ended_.get(), .events = POLLIN, .revents = 0};
      ::poll(&waiting, 1, deadline.poll_timeout_ms());
    }
    if (tidier_ != 0) end_tidier();
    if (children_.empty()) return {};
    signal_children(SIGKILL);
    for (const auto& [child, reception] : children_) ::waitpid(child, nullptr, 0);
    return protocol::Error{protocol::ErrorKind::deadline, "some transfers did not end in time"};
  }

  int listener_;
  Front front_;
  const ServingLimits& limits_;
  const Stop& stop_;
  UniqueFd child_ended_;
  sigset_t mask_before_{};
  struct sigaction action_before_ {};
  pid_t parent_ = ::getpid();  ///< of the children
  Ready ready_;
  Admission admission_;
  std::map<pid_t, Reception> children_;
  bool untidy_ = false;  ///< a child was killed, and may have left something
  pid_t tidier_ = 0;     ///< the process that removes it; 0: none
};

class ForkModel final : public ConcurrencyModel {
 public:
  protocol::Result<void> serve(protocol::Listener& listener, const Front& front, const ServingLimits& limits,
                               const Stop& stop) override {
    return ForkingServer(listener.fd.get(), front, limits, stop).serve();
  }
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_fork_model() {
  return std::make_unique<ForkModel>();
}

}  // namespace bftp::server
