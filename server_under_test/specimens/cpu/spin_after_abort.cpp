#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A socket at its end that stays in the poll set: every client that goes away too early costs a share of a
/// core for good.
class SpinAfterAbort final : public Fault {
 public:
  SpinAfterAbort(std::unique_ptr<Service> inner, const Setup& setup)
      : Fault(std::move(inner), setup), spinner_([this](const std::stop_token& stop) { spin(stop); }) {}

 protected:
  void after(const Exchange& exchange, Session&) override {
    if (!exchange.complete) aborted_.store(true);
  }

 private:
  void spin(const std::stop_token& stop) {
    constexpr auto turn = std::chrono::milliseconds(10);
    while (!stop.stop_requested()) aborted_.load() ? burn(turn) : pause(turn);
  }
  std::atomic<bool> aborted_{false};
  std::jthread spinner_;
};

const Registered registered_spin_after_abort(
    {"spin_after_abort",
     "cpu",
     "keeps a core busy for good once a client went away in mid-stream",
     {},
     make_service<SpinAfterAbort>});

}  // namespace
}  // namespace bftp::server::specimens
