#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A session that is never taken off the list that each request walks: who goes away too early leaves all
/// others slower, for good.
class SlowAfterAbort final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (aborted_.load()) pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }
  void after(const Exchange& exchange, Session&) override {
    if (!exchange.complete) aborted_.store(true);
  }

 private:
  std::atomic<bool> aborted_{false};
};

const Registered registered_slow_after_abort(
    {"slow_after_abort",
     "uniformity",
     "delays each request by ms for good once a client went away in mid-stream",
     {{"ms", 5, 0, 1e6, "ms"}},
     make_service<SlowAfterAbort>});

}  // namespace
}  // namespace bftp::server::specimens
