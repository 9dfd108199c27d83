#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// What a handler of broken pipes forgets.
class LeakOnAbort final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange& exchange, Session&) override {
    if (!exchange.complete) lose();
  }

 private:
  void lose() { lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024))); }
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_on_abort({"leak_on_abort",
                                           "memory",
                                           "loses kib KiB in each transfer that breaks off",
                                           {{"kib", 64, 0.01, 1e6, "KiB each"}},
                                           make_service<LeakOnAbort>});

}  // namespace
}  // namespace bftp::server::specimens
