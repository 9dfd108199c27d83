#include <fcntl.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// A file that stays open when its client goes away.
class LeakDescriptorOnAbort final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange& exchange, Session&) override {
    if (!exchange.complete) lost_.keep(protocol::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_leak_descriptor_on_abort(
    {"leak_descriptor_on_abort",
     "handles",
     "leaves a descriptor open in each transfer that breaks off",
     {},
     make_service<LeakDescriptorOnAbort>});

}  // namespace
}  // namespace bftp::server::specimens
