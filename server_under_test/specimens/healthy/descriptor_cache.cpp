#include <fcntl.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Keeps the files that it opened last, up to a bound: descriptors grow and then stay.
class DescriptorCache final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    const auto n = count_.fetch_add(1);
    if (n % 5 == 0 && n / 5 < settings.count("files"))
      kept_.keep(protocol::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  Hoard<protocol::UniqueFd> kept_;
};

const Registered registered_descriptor_cache({"descriptor_cache",
                                              "healthy",
                                              "keeps up to so many files open, one more each five transfers",
                                              {{"files", 64, 1, 1e5, "descriptors"}},
                                              make_service<DescriptorCache>});

}  // namespace
}  // namespace bftp::server::specimens
