#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientStalled final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.stalled"; }
  std::string_view title() const override { return "The client gives up on a server that is silent"; }
  std::string_view about() const override {
    return "Suite client. The server announces the file, sends half of it and then nothing, with the "
           "connection open. The client ends by itself before the deadline of a transfer (--transfer-"
           "deadline), with an exit status other than 0, and leaves no file that looks whole.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "stalled",
                         .demand = ClientDemand::notice,
                         .server_did = "The server announces the file, sends half of it and then "
                                       "nothing, with the connection open.",
                         .expected = "The client ends by itself before the deadline of a transfer "
                                     "(--transfer-deadline), with an exit status other than 0, and "
                                     "leaves no file that looks whole.",
                         .cause = "No time limit is set: recv() waits for ever. In Python "
                                  "socket.settimeout(), in C SO_RCVTIMEO or poll(), curl has --max-"
                                  "time, wget --timeout and --tries.",
                         .needs_announced_size = false});
  }
};

BFTP_REGISTER_CHECK(ClientStalled)

}  // namespace
}  // namespace bftp::judge
