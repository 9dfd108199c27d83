#include <condition_variable>
#include <mutex>
#include <thread>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Threads that are started when they are first needed, and stay: a pool, and no leak.
class LazyPool final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    const auto n = count_.fetch_add(1);
    const auto every = settings.count("every");
    if (n % every != 0 || n / every >= settings.count("threads")) return;
    pool_.keep(std::jthread([](const std::stop_token& stop) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait(lock, stop, [] { return false; });
    }));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  Hoard<std::jthread> pool_;
};

const Registered registered_lazy_pool({"lazy_pool",
                                       "healthy",
                                       "starts a pool thread each few transfers until it has enough of them",
                                       {{"threads", 16, 1, 1000, "threads"},
                                        {"every", 10, 1, 1e6, "transfers"}},
                                       make_service<LazyPool>});

}  // namespace
}  // namespace bftp::server::specimens
