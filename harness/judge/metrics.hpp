#pragma once

#include <string_view>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/record/baseline.hpp"

/// A run in a few dozen figures, for histories and baselines.
namespace bftp::judge {

namespace metric {
inline constexpr std::string_view service_p50_ms = "service_p50_ms";
inline constexpr std::string_view service_p99_ms = "service_p99_ms";
inline constexpr std::string_view first_byte_p50_ms = "first_byte_p50_ms";
inline constexpr std::string_view throughput_p50_mib_s = "throughput_p50_mib_s";
inline constexpr std::string_view service_vs_control = "service_vs_control";
inline constexpr std::string_view cpu_per_gib_s = "cpu_per_gib_s";
inline constexpr std::string_view cpu_per_transfer_ms = "cpu_per_transfer_ms";
inline constexpr std::string_view cpu_vs_control = "cpu_vs_control";
inline constexpr std::string_view memory_start_mib = "memory_start_mib";
inline constexpr std::string_view memory_peak_mib = "memory_peak_mib";
inline constexpr std::string_view memory_rest_mib = "memory_rest_mib";
inline constexpr std::string_view memory_growth_bytes = "memory_growth_bytes";
inline constexpr std::string_view descriptors_rest = "descriptors_rest";
inline constexpr std::string_view threads_rest = "threads_rest";
inline constexpr std::string_view processes_rest = "processes_rest";
inline constexpr std::string_view failed_share = "failed_share";
}  // namespace metric

/// The figures of the server under test in one pass, with intervals of `confidence` each, in a fixed order:
/// by quantity, operation, fixture. What the record does not tell is left out.
///
/// Times: quantiles over transfers in the steady state, intervals from order statistics. CPU: medians over
/// blocks. Ratios to the control arm: Hodges-Lehmann over the log ratios of paired blocks (the same round,
/// the same work); the one without operation and fixture pools all work, one figure a round. Memory (PSS):
/// before the first transfer, the highest reading of the pass, at rest after it, and Theil-Sen's growth per
/// transfer over the quiet points, without the first round. Failed transfers: Clopper and Pearson's interval.
std::vector<record::Metric> metrics_of(const Evidence& evidence, double confidence = 0.95);

/// Name and unit of every quantity, for help texts and charts.
struct Quantity {
  std::string_view name;
  std::string_view unit;   ///< "ms", "MiB/s", "ratio"
  std::string_view about;  ///< what it is, in a few words
};
const std::vector<Quantity>& quantities();
/// Whether a quantity is a multiple of the reference server's: another build of that is another measure.
bool is_to_control(std::string_view name);
/// nullptr when there is none of that name.
const Quantity* find_quantity(std::string_view name);

}  // namespace bftp::judge
