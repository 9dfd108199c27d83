#include <fcntl.h>

#include <deque>
#include <system_error>
#include <thread>

#include "server_under_test/event_loop.hpp"
#include "server_under_test/processors.hpp"
#include "server_under_test/serve_connection.hpp"

/// Few threads, each with one epoll and any number of connections. A client costs a few hundred bytes instead
/// of a thread, and a busy loop handles many clients for each system call that waits. The price is that the
/// conversation has to be written as a state machine, epoll_client.cpp.
namespace bftp::server {

namespace {

constexpr int helper_threads = 2;

class EpollModel final : public ConcurrencyModel {
 public:
  protocol::Result<void> serve(protocol::Listener& listener, const Front& front, const ServingLimits& limits,
                               const Stop& stop) override {
    const int fd = listener.fd.get();
    prepare_listener(fd);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    EpollShared shared{.listener = fd,
                       .front = front,
                       .limits = limits,
                       .stop = stop,
                       .admission = Admission(limits.clients_max)};
    std::deque<EventLoop> loops;
    SlowLane slow_lane(helper_threads);  // ends before the loops that it reports to
    const int count = loop_count(limits);
    for (int i = 0; i < count; ++i) loops.emplace_back(shared, slow_lane);
    return run_all(loops);
  }

  int own_descriptors(const ServingLimits& limits) const override {
    return loop_count(limits) * EventLoop::descriptors;
  }

 private:
  static int loop_count(const ServingLimits& limits) {
    return limits.threads > 0 ? limits.threads : usable_processors();
  }

  static protocol::Result<void> run_all(std::deque<EventLoop>& loops) {
    std::vector<std::thread> threads;
    for (auto loop = loops.begin() + 1; loop != loops.end(); ++loop) {
      try {
        threads.emplace_back([loop] { static_cast<void>(loop->run()); });
      } catch (const std::system_error&) {
        break;  // the system has no thread for us: fewer loops serve as many clients
      }
    }
    auto done = loops.front().run();
    for (auto& thread : threads) thread.join();
    return done;
  }
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_epoll_model() {
  return std::make_unique<EpollModel>();
}

}  // namespace bftp::server
