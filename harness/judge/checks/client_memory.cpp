#include "harness/judge/client_cost.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

std::optional<double> rss_bytes(const record::TransferRecord& row) {
  if (!row.client_end || !row.client_end->rss_peak_bytes) return std::nullopt;
  return static_cast<double>(*row.client_end->rss_peak_bytes);
}

class ClientMemory final : public Check {
 public:
  std::string_view id() const override { return "client.memory"; }
  Category category() const override { return Category::client; }
  std::string_view title() const override { return "The client needs a reasonable amount of memory"; }
  std::string_view about() const override {
    return "The largest resident set of one of the client's processes, against our own client's in "
           "interleaved pairs. A virtual machine's is part of it, so the limits are wide.";
  }
  std::vector<LimitSpec> limits() const override {
    return cost_limits(40, 536870912, 20, 134217728, "bytes");
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_cost(*this, evidence, limits,
                      {.what = "peak memory of a transfer",
                       .value = [](const record::TransferRecord& row) { return rss_bytes(row); },
                       .in_words = [](double value) { return bytes(value); },
                       .cause = "The client keeps the whole file, or several copies of it, before it "
                                "writes. Write each piece as it comes."});
  }
};

BFTP_REGISTER_CHECK(ClientMemory)

}  // namespace
}  // namespace bftp::judge
