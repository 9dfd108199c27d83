#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// malloc without free, on the path that every transfer takes.
class Leak final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (dice.hits(settings.number("p")))
      lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024)));
  }

 private:
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak({"leak",
                                  "memory",
                                  "loses kib KiB of memory in a share p of all transfers",
                                  {{"kib", 64, 0.01, 1e6, "KiB each"}, {"p", 1, 0, 1, "share of transfers"}},
                                  make_service<Leak>});

}  // namespace
}  // namespace bftp::server::specimens
