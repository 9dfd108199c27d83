#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientRefuse final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.refuse"; }
  std::string_view title() const override { return "The client reports a refusal"; }
  std::string_view about() const override {
    return "Suite client. The server refuses: no such file. The client says so, ends with an exit "
           "status other than 0, and makes no file.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "refuse",
                         .demand = ClientDemand::notice,
                         .server_did = "The server refuses: no such file.",
                         .expected = "The client says so, ends with an exit status other than 0, and "
                                     "makes no file.",
                         .cause = "The reply is not looked at (an ERR, or a status such as 404), or "
                                  "the text of the refusal is written into the file. Look at the "
                                  "reply before the file is opened for writing.",
                         .needs_announced_size = true});
  }
};

BFTP_REGISTER_CHECK(ClientRefuse)

}  // namespace
}  // namespace bftp::judge
