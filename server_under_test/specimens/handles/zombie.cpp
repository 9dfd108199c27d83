#include <unistd.h>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// fork without wait.
class Zombie final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (dice.hits(settings.number("p")) && ::fork() == 0) ::_exit(0);
  }
};

const Registered registered_zombie({"zombie",
                                    "handles",
                                    "leaves a zombie behind in a share p of transfers",
                                    {{"p", 1, 0, 1, "share of transfers"}},
                                    make_service<Zombie>});

}  // namespace
}  // namespace bftp::server::specimens
