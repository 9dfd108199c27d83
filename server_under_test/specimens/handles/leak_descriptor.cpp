#include <fcntl.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// open without close.
class LeakDescriptor final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (dice.hits(settings.number("p")))
      lost_.keep(protocol::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_leak_descriptor({"leak_descriptor",
                                             "handles",
                                             "leaves a descriptor open in a share p of all transfers",
                                             {{"p", 1, 0, 1, "share of transfers"}},
                                             make_service<LeakDescriptor>});

}  // namespace
}  // namespace bftp::server::specimens
