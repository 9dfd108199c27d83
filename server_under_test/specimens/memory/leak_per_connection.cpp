#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// The state of a client, kept after the client left.
class LeakPerConnection final : public Fault {
 public:
  using Fault::Fault;
  void closed(Session& session) override {
    lose();
    Fault::closed(session);
  }

 private:
  void lose() { lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024))); }
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_per_connection({"leak_per_connection",
                                                 "memory",
                                                 "loses kib KiB in each connection",
                                                 {{"kib", 16, 0.01, 1e6, "KiB each"}},
                                                 make_service<LeakPerConnection>});

}  // namespace
}  // namespace bftp::server::specimens
