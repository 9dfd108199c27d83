#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientShort final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.short"; }
  std::string_view title() const override { return "The client notices a file that is cut short"; }
  std::string_view about() const override {
    return "Suite client. The server announces the file, sends half of it and closes in order. The "
           "client compares what came with what was announced, ends with an exit status other than 0,"
           " and leaves no file that looks whole.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "short",
                         .demand = ClientDemand::notice,
                         .server_did = "The server announces the file, sends half of it and closes in"
                                       " order.",
                         .expected = "The client compares what came with what was announced, ends "
                                     "with an exit status other than 0, and leaves no file that looks"
                                     " whole.",
                         .cause = "The receive loop ends when recv() returns 0, and nobody asks "
                                  "whether all announced bytes have come by then. Count them, and "
                                  "treat an early end as a failure.",
                         .needs_announced_size = true});
  }
};

BFTP_REGISTER_CHECK(ClientShort)

}  // namespace
}  // namespace bftp::judge
