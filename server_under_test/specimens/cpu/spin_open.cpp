#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A level-triggered event that nobody consumes, for as long as a connection is open without a request.
class SpinOpen final : public Fault {
 public:
  SpinOpen(std::unique_ptr<Service> inner, const Setup& setup)
      : Fault(std::move(inner), setup), spinner_([this](const std::stop_token& stop) { spin(stop); }) {}
  void opened(Session& session) override {
    open_.fetch_add(1);
    Fault::opened(session);
  }
  void closed(Session& session) override {
    open_.fetch_sub(1);
    Fault::closed(session);
  }

 private:
  void spin(const std::stop_token& stop) {
    constexpr auto turn = std::chrono::milliseconds(10);
    while (!stop.stop_requested()) open_.load() > 0 ? burn(turn) : pause(turn);
  }
  std::atomic<int> open_{0};
  std::jthread spinner_;
};

const Registered registered_spin_open(
    {"spin_open", "cpu", "keeps a core busy while any connection is open", {}, make_service<SpinOpen>});

}  // namespace
}  // namespace bftp::server::specimens
