#include <fcntl.h>
#include <sys/stat.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Opens the older file of a PUT, to keep its mode or its owner, and never closes it.
class LeakDescriptorOnReplace final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request& request, Session& session) override {
    const auto path = path_of(request, session);
    if (!answer.upload || !path) return;
    struct stat older {};
    if (::stat((options.root + *path).c_str(), &older) == 0)
      lost_.keep(protocol::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_leak_descriptor_on_replace(
    {"leak_descriptor_on_replace",
     "handles",
     "leaves a descriptor open in each PUT onto a file that is there",
     {},
     make_service<LeakDescriptorOnReplace>});

}  // namespace
}  // namespace bftp::server::specimens
