#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Honest chance, the same for everybody and all the time.
class Jitter final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    pause(std::chrono::duration<double, std::milli>(dice.share() * settings.number("ms")));
  }
};

const Registered registered_jitter({"jitter",
                                    "healthy",
                                    "delays each transfer by a random time from 0 to ms",
                                    {{"ms", 2, 0, 1e6, "ms"}},
                                    make_service<Jitter>});

}  // namespace
}  // namespace bftp::server::specimens
