#include <cstdlib>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// An exception that nobody catches.
class CrashOnMalformed final : public Fault {
 public:
  using Fault::Fault;
  Answer refuse(const protocol::Refusal&, Session&) override { std::abort(); }
};

const Registered registered_crash_on_malformed({"crash_on_malformed",
                                                "hostile",
                                                "dies of a message that is no request, against clause 1.6",
                                                {},
                                                make_service<CrashOnMalformed>});

}  // namespace
}  // namespace bftp::server::specimens
