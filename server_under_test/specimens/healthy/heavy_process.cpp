#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A runtime that takes memory at its start and keeps it.
class HeavyProcess final : public Fault {
 public:
  HeavyProcess(std::unique_ptr<Service> inner, const Setup& setup)
      : Fault(std::move(inner), setup),
        heap_(touched(static_cast<std::size_t>(setup.settings.count("mib")) << 20)) {}

 private:
  std::unique_ptr<char[]> heap_;
};

const Registered registered_heavy_process({"heavy_process",
                                           "healthy",
                                           "has a large heap from its start, and it stays as it is",
                                           {{"mib", 150, 1, 1e5, "MiB"}},
                                           make_service<HeavyProcess>});

}  // namespace
}  // namespace bftp::server::specimens
