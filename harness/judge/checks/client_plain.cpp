#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientPlain final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.plain"; }
  std::string_view title() const override { return "The client gets a file from a healthy server"; }
  std::string_view about() const override {
    return "Suite client. The reference server as it is, before it misbehaves: a client that fails here "
           "fails always, and then it seems to notice everything.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(
        *this, evidence,
        {.behaviour = "plain",
         .demand = ClientDemand::succeed,
         .server_did = "The server did as it should.",
         .expected = "The client gets the whole file and ends with exit status 0.",
         .cause = "The client speaks another dialect than the server (--dialect), takes its arguments in "
                  "another order, or writes to another place than {local}."});
  }
};

BFTP_REGISTER_CHECK(ClientPlain)

}  // namespace
}  // namespace bftp::judge
