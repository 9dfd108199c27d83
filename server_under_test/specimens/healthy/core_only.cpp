#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// None of the extended verbs: clause 5 allows it.
class CoreOnly final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    if (request.verb >= protocol::Verb::feat)
      return refusal(protocol::ReplyCode::unknown_verb, "unknown verb");
    return Fault::answer(request, session);
  }
};

const Registered registered_core_only({"core_only",
                                       "healthy",
                                       "has the core verbs only; ERR 405 to the others, as clause 5 allows",
                                       {},
                                       make_service<CoreOnly>});

}  // namespace
}  // namespace bftp::server::specimens
