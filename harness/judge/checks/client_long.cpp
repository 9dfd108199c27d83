#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientLong final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.long"; }
  std::string_view title() const override { return "The client takes no byte beyond the announced"; }
  std::string_view about() const override {
    return "Suite client. The server sends 4096 bytes more than it announced, and closes. The client "
           "takes exactly the announced bytes, or says that something is wrong; it never writes what "
           "was not announced.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "long",
                         .demand = ClientDemand::notice_or_right,
                         .server_did = "The server sends 4096 bytes more than it announced, and "
                                       "closes.",
                         .expected = "The client takes exactly the announced bytes, or says that "
                                     "something is wrong; it never writes what was not announced.",
                         .cause = "The client reads until the connection ends in place of reading as "
                                  "many bytes as were announced, or writes whole buffers where only a"
                                  " part belongs to the file.",
                         .needs_announced_size = true});
  }
};

BFTP_REGISTER_CHECK(ClientLong)

}  // namespace
}  // namespace bftp::judge
