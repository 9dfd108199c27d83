#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// What a delayed acknowledgement and Nagle's algorithm do together, at regular intervals.
class Stall final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (count_.fetch_add(1) % settings.count("every") == settings.count("every") - 1)
      pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_stall({"stall",
                                   "uniformity",
                                   "holds back the reply of each every-th transfer for some ms",
                                   {{"every", 10, 1, 1e9, "transfers"}, {"ms", 40, 0, 1e6, "ms"}},
                                   make_service<Stall>});

}  // namespace
}  // namespace bftp::server::specimens
