#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientReset final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.reset"; }
  std::string_view title() const override { return "The client notices a connection that is reset"; }
  std::string_view about() const override {
    return "Suite client. The server announces the file, sends half of it and resets the connection. "
           "The client ends with an exit status other than 0, and leaves no file that looks whole.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "reset",
                         .demand = ClientDemand::notice,
                         .server_did = "The server announces the file, sends half of it and resets "
                                       "the connection.",
                         .expected = "The client ends with an exit status other than 0, and leaves no"
                                     " file that looks whole.",
                         .cause = "The error of recv() (ECONNRESET) is ignored or caught and dropped."
                                  " Report it, and end with another exit status than 0.",
                         .needs_announced_size = false});
  }
};

BFTP_REGISTER_CHECK(ClientReset)

}  // namespace
}  // namespace bftp::judge
