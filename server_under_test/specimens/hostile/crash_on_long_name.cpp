#include <cstdlib>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// char name[100].
class CrashOnLongName final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    if (request.path.size() >= settings.count("bytes")) std::abort();
    return Fault::answer(request, session);
  }
};

const Registered registered_crash_on_long_name({"crash_on_long_name",
                                                "hostile",
                                                "dies of a path of so many bytes or more",
                                                {{"bytes", 100, 1, 65536, "bytes"}},
                                                make_service<CrashOnLongName>});

}  // namespace
}  // namespace bftp::server::specimens
