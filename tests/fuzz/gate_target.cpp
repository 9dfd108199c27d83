#include <cmath>

#include "harness/plan/gate.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

/// A condition either is refused with a message, or names a metric that can gate, and its text means the same
/// again.
void fuzz_gate(std::string_view input) {
  const auto gate = plan::parse_gate(input);
  if (!gate) {
    BFTP_FUZZ_CHECK(!gate.error().message.empty() && gate.error().message.size() < 2000);
    BFTP_FUZZ_CHECK(gate.error().kind == protocol::ErrorKind::invalid_input);
    return;
  }
  const auto* metric = plan::find_compare_metric(gate->metric);
  BFTP_FUZZ_CHECK(metric != nullptr && metric->gates && metric->name == gate->metric);
  BFTP_FUZZ_CHECK(std::isfinite(gate->bound) && (metric->difference || gate->bound > 0));
  const auto again = plan::parse_gate(gate->text);
  BFTP_FUZZ_CHECK(again && *again == *gate);
}

}  // namespace bftp::fuzz
