#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientSlow final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.slow"; }
  std::string_view title() const override { return "The client waits for a slow server"; }
  std::string_view about() const override {
    return "Suite client. The server sends the file slowly, in small pieces, over about 3 s. The "
           "client gets the whole file: slow is not silent.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "slow",
                         .demand = ClientDemand::succeed,
                         .server_did = "The server sends the file slowly, in small pieces, over about"
                                       " 3 s.",
                         .expected = "The client gets the whole file: slow is not silent.",
                         .cause = "A time limit that counts from the start and not from the last "
                                  "byte, or a read that takes a small piece for the last.",
                         .needs_announced_size = false});
  }
};

BFTP_REGISTER_CHECK(ClientSlow)

}  // namespace
}  // namespace bftp::judge
