#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A table that outgrows the cache, a limit that is reached.
class StepChange final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (count_.fetch_add(1) >= settings.count("after"))
      pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_step_change({"step_change",
                                         "uniformity",
                                         "from one transfer on, all take ms longer",
                                         {{"after", 2000, 0, 1e12, "transfers"}, {"ms", 5, 0, 1e6, "ms"}},
                                         make_service<StepChange>});

}  // namespace
}  // namespace bftp::server::specimens
