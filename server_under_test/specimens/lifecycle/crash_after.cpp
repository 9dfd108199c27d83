#include <cstdlib>
#include <iostream>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A counter that overflows.
class CrashAfter final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (count_.fetch_add(1) < settings.count("n")) return;
    std::cerr << "fatal: transfer table is full" << std::endl;
    std::abort();
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

const Registered registered_crash_after({"crash_after",
                                         "lifecycle",
                                         "dies by SIGABRT in the transfer after n others",
                                         {{"n", 300, 0, 1e12, "transfers"}},
                                         make_service<CrashAfter>});

}  // namespace
}  // namespace bftp::server::specimens
