#include <mutex>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// Garbage in each transfer, and now and then a short stop for everybody in which all of it goes.
class Collector final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    garbage_.keep(touched(64u << 10));
    const std::lock_guard lock(world_);
    if (++count_ % settings.count("every") != 0) return;
    pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
    garbage_.clear();
  }

 private:
  std::mutex world_;
  std::uint64_t count_ = 0;
  Hoard<std::unique_ptr<char[]>> garbage_;
};

const Registered registered_collector(
    {"collector",
     "healthy",
     "memory goes up by 64 KiB a transfer and down again, with a pause of 5 ms each",
     {{"every", 150, 1, 1e6, "transfers"}, {"ms", 5, 0, 1e6, "ms"}},
     make_service<Collector>});

}  // namespace
}  // namespace bftp::server::specimens
