#include <fstream>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Writes an upload next to its final name and removes the part only when all goes well.
class PartStays final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange& exchange, Session&) override {
    const auto* request = std::get_if<protocol::Request>(&exchange.request);
    if (exchange.complete || request == nullptr || request->verb != protocol::Verb::put) return;
    std::ofstream(options.root + "/part-" + std::to_string(count_.fetch_add(1)) + ".tmp");
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_part_stays({"part_stays",
                                        "handles",
                                        "leaves a file of its own in the root for each PUT that breaks off",
                                        {},
                                        make_service<PartStays>});

}  // namespace
}  // namespace bftp::server::specimens
