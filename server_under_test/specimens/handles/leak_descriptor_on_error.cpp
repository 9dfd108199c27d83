#include <fcntl.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// open, then an early return.
class LeakDescriptorOnError final : public Fault {
 public:
  using Fault::Fault;
  void finished(const Exchange& exchange, Session& session) override {
    if (exchange.code != 0) lost_.keep(protocol::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    Fault::finished(exchange, session);
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_leak_descriptor_on_error(
    {"leak_descriptor_on_error",
     "handles",
     "leaves a descriptor open in each request that ends in ERR",
     {},
     make_service<LeakDescriptorOnError>});

}  // namespace
}  // namespace bftp::server::specimens
