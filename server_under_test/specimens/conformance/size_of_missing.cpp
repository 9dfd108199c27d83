#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A missing file as an empty one.
class SizeOfMissing final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    auto answer = Fault::answer(request, session);
    constexpr auto not_found = static_cast<std::uint16_t>(protocol::ReplyCode::not_found);
    if (request.verb == protocol::Verb::get && answer.reply.code == not_found) return ok("0");
    return answer;
  }
};

const Registered registered_size_of_missing({"missing_is_empty",
                                             "conformance",
                                             "GET of a missing file answers OK 0, against clause 4.13",
                                             {},
                                             make_service<SizeOfMissing>});

}  // namespace
}  // namespace bftp::server::specimens
