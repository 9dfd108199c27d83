#include <cmath>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Waits of exponential length, as behind a queue that is nearly full.
class LongTail final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (dice.hits(settings.number("p")))
      pause(std::chrono::duration<double, std::milli>(-std::log(1 - dice.share()) * settings.number("ms")));
  }
};

const Registered registered_long_tail({"long_tail",
                                       "uniformity",
                                       "delays a share p of transfers by an exponential time of mean ms",
                                       {{"p", 0.05, 0, 1, "share of transfers"}, {"ms", 40, 0, 1e6, "ms"}},
                                       make_service<LongTail>});

}  // namespace
}  // namespace bftp::server::specimens
