#include <atomic>

#include "server_under_test/blocking_server.hpp"
#include "server_under_test/processors.hpp"

/// Threads that are kept. Each waits in accept() by itself, serves one connection to its end, and waits
/// again: no queue, no hand-over. Because a slow client holds its thread, a pool of fixed size would let a
/// few of them keep everybody else waiting (6.1). So the thread that takes a connection and leaves no thread
/// waiting starts another one; those that are too many end after their next connection.
namespace bftp::server {

namespace {

/// With everybody else busy, a thread is left for those that come and have to go at once.
constexpr int who_turns_away_at_once = 1;

class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(std::shared_ptr<BlockingServer> server, int kept_waiting)
      : server_(std::move(server)),
        kept_waiting_(kept_waiting),
        threads_max_(server_->limits().clients_max + turned_away_max + who_turns_away_at_once) {}

  bool start_thread() {
    ++threads_;
    ++waiting_;
    if (server_->threads().start([self = shared_from_this()] { self->work(); })) return true;
    --threads_;
    --waiting_;
    return false;
  }

 private:
  void work() {
    while (auto client = server_->accept()) {
      if (--waiting_ == 0 && threads_ < threads_max_) start_thread();
      BlockingServer::Visit(*server_, std::move(client)).serve();
      if (++waiting_ > kept_waiting_) break;
    }
    --waiting_;
    --threads_;
  }

  std::shared_ptr<BlockingServer> server_;
  int kept_waiting_;
  int threads_max_;
  std::atomic<int> threads_ = 0;
  std::atomic<int> waiting_ = 0;
};

class PoolModel final : public ConcurrencyModel {
 public:
  protocol::Result<void> serve(protocol::Listener& listener, const Front& front, const ServingLimits& limits,
                               const Stop& stop) override {
    constexpr int kept_waiting_for_a_processor = 8;
    const auto server = std::make_shared<BlockingServer>(listener, front, limits);
    const int threads = limits.threads > 0 ? limits.threads : usable_processors();
    const auto pool = std::make_shared<Pool>(server, threads * kept_waiting_for_a_processor);
    for (int i = 0; i < threads; ++i) {
      if (!pool->start_thread() && i == 0)
        return protocol::Error{protocol::ErrorKind::system, "cannot start a thread"};
    }
    stop.wait();
    return server->drain();
  }
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_pool_model() {
  return std::make_unique<PoolModel>();
}

}  // namespace bftp::server
