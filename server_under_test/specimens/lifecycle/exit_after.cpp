#include <cstdlib>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A server that was written to serve n requests.
class ExitAfter final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void after(const Exchange&, Session&) override {
    if (count_.fetch_add(1) + 1 >= settings.count("n")) std::_Exit(0);
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_exit_after({"exit_after",
                                        "lifecycle",
                                        "ends with status 0 after n transfers",
                                        {{"n", 300, 1, 1e12, "transfers"}},
                                        make_service<ExitAfter>});

}  // namespace
}  // namespace bftp::server::specimens
