#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_instruction_counter(System& system) {
  if (system.offers(Feature::instruction_counter))
    return {Level::good, "perf_event_open counts instructions", {}, "", ""};
  return {Level::weaker,
          "hardware instructions cannot be counted",
          {"cpu.cost", "cpu.growth", "baseline.cpu"},
          "CPU cost is judged by time, which the machine disturbs",
          "sysctl kernel.perf_event_paranoid=1; many virtual machines have no counters at all"};
}

}  // namespace

BFTP_REGISTER_PROBE(instruction_counter,
                    {"kernel.perf", "instructions can be counted", 240, &look_at_instruction_counter})

}  // namespace bftp::doctor
