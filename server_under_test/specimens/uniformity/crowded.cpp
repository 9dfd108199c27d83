#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A lock under which everybody spins: the cost of a transfer grows with the number of those under way.
class Crowded final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    const auto others = static_cast<double>(running_.fetch_add(1));
    pause(std::chrono::duration<double, std::milli>(settings.number("ms") * others * others));
  }
  void after(const Exchange&, Session&) override { running_.fetch_sub(1); }

 private:
  std::atomic<int> running_{0};
};

const Registered registered_crowded(
    {"crowded",
     "uniformity",
     "delays each transfer by ms times the square of the number of others under way",
     {{"ms", 3, 0, 1e6, "ms"}},
     make_service<Crowded>});

}  // namespace
}  // namespace bftp::server::specimens
