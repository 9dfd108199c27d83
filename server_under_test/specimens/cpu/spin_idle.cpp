#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A poll loop with a timeout of 0: busy even when nobody is there.
class SpinIdle final : public Fault {
 public:
  SpinIdle(std::unique_ptr<Service> inner, const Setup& setup)
      : Fault(std::move(inner), setup),
        spinner_([share = setup.settings.number("share")](const std::stop_token& stop) {
          constexpr auto turn = std::chrono::milliseconds(10);
          while (!stop.stop_requested()) {
            burn(std::chrono::duration_cast<std::chrono::nanoseconds>(turn * share));
            if (share < 1) pause(turn * (1 - share));
          }
        }) {}

 private:
  std::jthread spinner_;
};

const Registered registered_spin_idle({"spin_idle",
                                       "cpu",
                                       "keeps a share of one core busy all the time, clients or none",
                                       {{"share", 1, 0.001, 1, "of a core"}},
                                       make_service<SpinIdle>});

}  // namespace
}  // namespace bftp::server::specimens
