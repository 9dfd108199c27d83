#include <fcntl.h>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// open without close.
class LeakDescriptor final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (dice.hits(settings.number("p"))) [[maybe_unused]]
      const int lost = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
};

const Registered registered({"leak_descriptor",
                             "handles",
                             "leaves a descriptor open in a share p of all transfers",
                             {{"p", 1, 0, 1, "share of transfers"}},
                             make_service<LeakDescriptor>});

}  // namespace
}  // namespace bftp::server::specimens
