#include "harness/judge/client_cost.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class ClientTime final : public Check {
 public:
  std::string_view id() const override { return "client.time"; }
  Category category() const override { return Category::client; }
  std::string_view title() const override { return "The client takes a reasonable time"; }
  std::string_view about() const override {
    return "The time of a transfer, from the start of the process to its end, against our own "
           "client's in interleaved pairs. An interpreter's start is part of it, so the limits are "
           "wide.";
  }
  std::vector<LimitSpec> limits() const override { return cost_limits(50, 2000, 10, 300, "ms"); }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_cost(*this, evidence, limits,
                      {.what = "time of a transfer",
                       .value = [](const record::TransferRecord& row) { return row.transfer_ms; },
                       .in_words = [](double value) { return milliseconds(value); },
                       .cause = "The client reads byte by byte or line by line, waits in between "
                                "(sleep), or waits for the server to close when it could know that "
                                "all is there."});
  }
};

BFTP_REGISTER_CHECK(ClientTime)

}  // namespace
}  // namespace bftp::judge
