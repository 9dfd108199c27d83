#include <cmath>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A collector that stops everything, or a snapshot each second.
class PeriodicPause final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    const auto now =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    const auto into_period = std::fmod(now, settings.number("every"));
    if (into_period < settings.number("ms"))
      pause(std::chrono::duration<double, std::milli>(settings.number("ms") - into_period));
  }
};

const Registered registered_periodic_pause({"periodic_pause",
                                            "uniformity",
                                            "nothing begins for ms in each period of every ms",
                                            {{"every", 1000, 1, 1e9, "ms"}, {"ms", 100, 0, 1e6, "ms"}},
                                            make_service<PeriodicPause>});

}  // namespace
}  // namespace bftp::server::specimens
