#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// An early return that skips the free.
class LeakOnError final : public Fault {
 public:
  using Fault::Fault;
  void finished(const Exchange& exchange, Session& session) override {
    if (exchange.code != 0) lose();
    Fault::finished(exchange, session);
  }

 private:
  void lose() { lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024))); }
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_on_error({"leak_on_error",
                                           "memory",
                                           "loses kib KiB in each request that ends in ERR",
                                           {{"kib", 64, 0.01, 1e6, "KiB each"}},
                                           make_service<LeakOnError>});

}  // namespace
}  // namespace bftp::server::specimens
