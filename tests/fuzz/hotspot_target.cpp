#include <cmath>

#include "harness/measure/hotspot_counters.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

/// The file is the server's to write: whoever is under test may put anything there.
void fuzz_hotspot(std::string_view input) {
  const auto collector = measure::parse_hotspot_counters(input);
  if (!collector) return;
  BFTP_FUZZ_CHECK(std::isfinite(collector->survived_mib) && collector->survived_mib >= 0);
}

}  // namespace bftp::fuzz
