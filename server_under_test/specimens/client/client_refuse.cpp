#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Nobody gets anything.
class ClientRefuse final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    if (request.verb == protocol::Verb::get) return refusal(protocol::ReplyCode::not_found, "no such file");
    return Fault::answer(request, session);
  }
};

const Registered registered_client_refuse(
    {"client_refuse", "client", "refuses every GET: no such file", {}, make_service<ClientRefuse>});

}  // namespace
}  // namespace bftp::server::specimens
