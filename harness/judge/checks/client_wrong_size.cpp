#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientWrongSize final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.wrong_size"; }
  std::string_view title() const override { return "The client notices a size that does not come true"; }
  std::string_view about() const override {
    return "Suite client. The server announces 4096 bytes more than the file has, sends the file and "
           "closes. By what was announced the file is not whole: the client ends with an exit status "
           "other than 0, and leaves no file that looks whole.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "wrong-size",
                         .demand = ClientDemand::notice,
                         .server_did = "The server announces 4096 bytes more than the file has, sends"
                                       " the file and closes.",
                         .expected = "By what was announced the file is not whole: the client ends "
                                     "with an exit status other than 0, and leaves no file that looks"
                                     " whole.",
                         .cause = "The client takes the close for the end of the file, and never "
                                  "compares with the announced size.",
                         .needs_announced_size = true});
  }
};

BFTP_REGISTER_CHECK(ClientWrongSize)

}  // namespace
}  // namespace bftp::judge
