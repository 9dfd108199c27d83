#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A cache that misses.
class TwoModes final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (dice.hits(settings.number("p")))
      pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }
};

const Registered registered_two_modes({"two_modes",
                                       "uniformity",
                                       "a share p of transfers takes ms longer",
                                       {{"p", 0.3, 0, 1, "share of transfers"}, {"ms", 8, 0, 1e6, "ms"}},
                                       make_service<TwoModes>});

}  // namespace
}  // namespace bftp::server::specimens
