#include <fcntl.h>

#include <variant>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// opendir() without closedir().
class LeakDescriptorOnList final : public Fault {
 public:
  using Fault::Fault;
  void finished(const Exchange& exchange, Session& session) override {
    const auto* request = std::get_if<protocol::Request>(&exchange.request);
    if (request != nullptr && request->verb == protocol::Verb::list)
      lost_.keep(protocol::UniqueFd(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    Fault::finished(exchange, session);
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_leak_descriptor_on_list({"leak_descriptor_on_list",
                                                     "handles",
                                                     "leaves a descriptor open in each LIST",
                                                     {},
                                                     make_service<LeakDescriptorOnList>});

}  // namespace
}  // namespace bftp::server::specimens
