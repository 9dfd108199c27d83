#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Work that nobody needs: a checksum of a checksum.
class Burn final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    burn(std::chrono::microseconds(settings.count("us")));
  }
};

const Registered registered_burn({"burn",
                                  "cpu",
                                  "uses up us of CPU time in each transfer",
                                  {{"us", 50000, 0, 1e9, "us"}},
                                  make_service<Burn>});

}  // namespace
}  // namespace bftp::server::specimens
