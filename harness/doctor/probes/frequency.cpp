#include <fmt/format.h>

#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_frequency(System& system) {
  const auto text = system.read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (!text) return {Level::note, "the frequency is not ours to see", {}, "", ""};
  const std::string governor = text->substr(0, text->find('\n'));
  if (governor == "performance") return {Level::good, "governor performance", {}, "", ""};
  return {Level::weaker,
          "governor " + governor,
          {"uniformity.drift", "uniformity.modes", "cpu.growth"},
          "the frequency follows the load, and times with it; the control arm takes most of that away",
          "cpupower frequency-set -g performance"};
}

}  // namespace

BFTP_REGISTER_PROBE(frequency, {"cpu.frequency", "a steady processor frequency", 420, &look_at_frequency})

}  // namespace bftp::doctor
