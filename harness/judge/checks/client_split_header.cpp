#include "harness/judge/client_trials.hpp"

namespace bftp::judge {
namespace {

class ClientSplitHeader final : public ClientTrialCheck {
 public:
  std::string_view id() const override { return "client.split_header"; }
  std::string_view title() const override { return "The client reads a reply that comes byte by byte"; }
  std::string_view about() const override {
    return "Suite client. The server sends the reply byte by byte, with 20 ms after each, and then "
           "the file. Segment borders mean nothing (clause 1.4): the client gets the whole file.";
  }
  Verdict judge(const Evidence& evidence, const std::map<std::string, double>&) const override {
    return judge_trials(*this, evidence,
                        {.behaviour = "split-header",
                         .demand = ClientDemand::succeed,
                         .server_did = "The server sends the reply byte by byte, with 20 ms after "
                                       "each, and then the file.",
                         .expected = "Segment borders mean nothing (clause 1.4): the client gets the "
                                     "whole file.",
                         .cause = "One recv() is taken for one reply. TCP has no messages: read until"
                                  " the header is whole, and then as many bytes as it says.",
                         .needs_announced_size = false});
  }
};

BFTP_REGISTER_CHECK(ClientSplitHeader)

}  // namespace
}  // namespace bftp::judge
