#include <fmt/format.h>

#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_smaps_rollup(System& system) {
  if (system.read("/proc/self/smaps_rollup").value_or("").find("Pss:") != std::string::npos)
    return {Level::good, "smaps_rollup gives PSS", {}, "", ""};
  return {Level::weaker,
          "no smaps_rollup",
          {"memory.leak", "memory.peak", "memory.returns", "baseline.memory"},
          "memory that processes share cannot be told from their own, so memory is not judged",
          "Linux 4.14 or newer with CONFIG_PROC_PAGE_MONITOR"};
}

}  // namespace

BFTP_REGISTER_PROBE(smaps_rollup,
                    {"memory.pss", "proportional memory can be read", 300, &look_at_smaps_rollup})

}  // namespace bftp::doctor
