#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Polls a socket that is not ready, without waiting. Seen while a stream stands still because its client
/// does not read.
class SpinStalled final : public Fault {
 public:
  SpinStalled(std::unique_ptr<Service> inner, const Setup& setup)
      : Fault(std::move(inner), setup), spinner_([this](const std::stop_token& stop) { spin(stop); }) {}

 protected:
  void before(Answer& answer, const protocol::Request&, Session& session) override {
    if (!answer.body) return;
    const std::lock_guard lock(mutex_);
    running_[&session] = std::chrono::steady_clock::now();
  }
  void after(const Exchange&, Session& session) override {
    const std::lock_guard lock(mutex_);
    running_.erase(&session);
  }

 private:
  bool one_is_stalled() {
    constexpr auto long_for_loopback = std::chrono::milliseconds(300);
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(running_, [&](const auto& one) {
      return std::chrono::steady_clock::now() - one.second > long_for_loopback;
    });
  }
  void spin(const std::stop_token& stop) {
    constexpr auto turn = std::chrono::milliseconds(10);
    while (!stop.stop_requested()) one_is_stalled() ? burn(turn) : pause(turn);
  }

  std::mutex mutex_;
  std::map<const Session*, std::chrono::steady_clock::time_point> running_;
  std::jthread spinner_;
};

const Registered registered_spin_stalled({"spin_stalled",
                                          "cpu",
                                          "keeps a core busy while a client does not read its stream",
                                          {},
                                          make_service<SpinStalled>});

}  // namespace
}  // namespace bftp::server::specimens
