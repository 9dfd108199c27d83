#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

/// Above it the limits of drift and of baseline.speed (10 %) lie within the noise of one pair of blocks.
constexpr double calm_share_max = 0.10;

Finding look_at_noise(System& system) {
  const auto noise = system.noise_floor();
  if (!noise)
    return {Level::impossible,
            "a short run of the reference server failed",
            {},
            "so would any other",
            "run bftp-torture run --profile smoke for the reason"};
  const std::string found = fmt::format("neighbouring blocks differ by {:.1f} % in the median, {:.0f} pairs",
                                        noise->difference_share * 100, noise->pairs);
  if (noise->difference_share <= calm_share_max) return {Level::good, found, {}, "", ""};
  return {
      Level::weaker,
      found,
      {"uniformity.*", "baseline.speed"},
      fmt::format("no single pair shows less than {:.0f} %; more pairs do", noise->difference_share * 100),
      "close other programs; more --rounds; compare rather than two runs one after the other"};
}

}  // namespace

BFTP_REGISTER_PROBE(noise,
                    {"noise.floor", "the reference server against itself, some seconds", 900, &look_at_noise})

}  // namespace bftp::doctor
