#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// An exception that leaves the loop of the connection.
class CloseAfterError final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    auto answer = Fault::answer(request, session);
    if (!answer.reply.ok) answer.ending = Ending::close;
    return answer;
  }
};

const Registered registered_close_after_error({"close_after_error",
                                               "conformance",
                                               "closes the connection after each ERR, against clause 2.3",
                                               {},
                                               make_service<CloseAfterError>});

}  // namespace
}  // namespace bftp::server::specimens
