#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A history of all transfers, searched from its start in each.
class GrowingCost final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    burn(std::chrono::nanoseconds(
        static_cast<std::int64_t>(settings.number("us") * 1000 * static_cast<double>(count_.fetch_add(1)))));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_growing_cost(
    {"growing_cost",
     "cpu",
     "uses up us of CPU time more in each transfer than in the one before",
     {{"us", 1, 0, 1e6, "us"}},
     make_service<GrowingCost>});

}  // namespace
}  // namespace bftp::server::specimens
