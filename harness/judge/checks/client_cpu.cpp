#include "harness/judge/client_cost.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Our own worker, where it stands in for our client, has no process of its own.
std::optional<double> cpu_ms(const record::TransferRecord& row) {
  if (!row.client_end) return row.worker_cpu_ms;
  return static_cast<double>(row.client_end->cpu_ns) / 1e6;
}

class ClientCpu final : public Check {
 public:
  std::string_view id() const override { return "client.cpu"; }
  Category category() const override { return Category::client; }
  std::string_view title() const override { return "The client costs a reasonable amount of CPU"; }
  std::string_view about() const override {
    return "CPU time of the client and of the children that it waited for, against our own client's "
           "in interleaved pairs.";
  }
  std::vector<LimitSpec> limits() const override { return cost_limits(100, 2000, 20, 300, "ms"); }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_cost(*this, evidence, limits,
                      {.what = "CPU time of a transfer",
                       .value = [](const record::TransferRecord& row) { return cpu_ms(row); },
                       .in_words = [](double value) { return milliseconds(value); },
                       .cause = "The client reads byte by byte, copies what it has so far for each "
                                "piece that comes (data = data + piece), or asks in a loop in place "
                                "of waiting."});
  }
};

BFTP_REGISTER_CHECK(ClientCpu)

}  // namespace
}  // namespace bftp::judge
