#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// One code for everything: clause 4.13 names others.
class WrongCode final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    auto answer = Fault::answer(request, session);
    if (!answer.reply.ok) answer.reply.code = static_cast<std::uint16_t>(protocol::ReplyCode::server_failed);
    return answer;
  }
};

const Registered registered_wrong_code({"wrong_code",
                                        "conformance",
                                        "answers every refusal with ERR 500, against clause 4.13",
                                        {},
                                        make_service<WrongCode>});

}  // namespace
}  // namespace bftp::server::specimens
