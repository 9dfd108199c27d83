#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A list that is searched from its start, and grows with each transfer.
class Drift final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    pause(std::chrono::duration<double, std::micro>(settings.number("us") *
                                                    static_cast<double>(count_.fetch_add(1))));
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_drift({"drift",
                                   "uniformity",
                                   "delays each transfer by us more than the one before",
                                   {{"us", 5, 0, 1e6, "us"}},
                                   make_service<Drift>});

}  // namespace
}  // namespace bftp::server::specimens
