#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Grows with what is transferred, not with how often.
class LeakShareOfFile final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange& exchange, Session&) override {
    lost_.keep(
        touched(static_cast<std::size_t>(static_cast<double>(exchange.bytes) * settings.number("share"))));
  }

 private:
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_share_of_file({"leak_share_of_file",
                                                "memory",
                                                "loses memory for a share of the bytes of each transfer",
                                                {{"share", 0.01, 0, 1, "of the bytes"}},
                                                make_service<LeakShareOfFile>});

}  // namespace
}  // namespace bftp::server::specimens
