#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Says OK to DELETE and leaves the file where it is.
class DeletePretends final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    return request.verb == protocol::Verb::del ? ok() : Fault::answer(request, session);
  }
};

const Registered registered_delete_pretends({"delete_pretends",
                                             "conformance",
                                             "DELETE says OK and deletes nothing, against clause 4.6",
                                             {},
                                             make_service<DeletePretends>});

}  // namespace
}  // namespace bftp::server::specimens
