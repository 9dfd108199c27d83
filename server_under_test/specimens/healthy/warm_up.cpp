#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Slow and growing at first, then steady: caches fill, pages are touched, code is compiled.
class WarmUp final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    const auto done = static_cast<double>(count_.fetch_add(1));
    const auto left = 1 - done / settings.number("transfers");
    if (left <= 0) return;
    warm_.keep(touched(64u << 10));
    pause(std::chrono::duration<double, std::milli>(settings.number("ms") * left));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  Hoard<std::unique_ptr<char[]>> warm_;
};

const Registered registered_warm_up(
    {"warm_up",
     "healthy",
     "the first transfers are slower and take memory, 64 KiB each, then a plateau",
     {{"transfers", 200, 1, 1e9, "transfers"}, {"ms", 10, 0, 1e6, "ms at first"}},
     make_service<WarmUp>});

}  // namespace
}  // namespace bftp::server::specimens
