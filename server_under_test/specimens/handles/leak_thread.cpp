#include <condition_variable>
#include <mutex>
#include <thread>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// A thread for each transfer that waits for something that never comes.
class LeakThread final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (!dice.hits(settings.number("p"))) return;
    lost_.keep(std::jthread([](const std::stop_token& stop) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait(lock, stop, [] { return false; });
    }));
  }

 private:
  Hoard<std::jthread> lost_;
};

const Registered registered_leak_thread({"leak_thread",
                                         "handles",
                                         "leaves a waiting thread behind in a share p of transfers",
                                         {{"p", 1, 0, 1, "share of transfers"}},
                                         make_service<LeakThread>});

}  // namespace
}  // namespace bftp::server::specimens
