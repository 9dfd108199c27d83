#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_cgroups(System& system) {
  const auto cgroups = system.cgroups();
  if (!cgroups)
    return {Level::impossible,
            "bftp-guard does not start",
            {},
            "servers are started by it",
            "run bftp-torture run --fixtures empty.bin for the reason"};
  if (cgroups->v2_cpu) return {Level::good, "cgroup v2 with cpu.stat", {}, "", ""};
  if (cgroups->v1_cpuacct) return {Level::good, "cgroup v1 with cpuacct.usage", {}, "", ""};
  return {Level::weaker,
          "no cgroup can be made",
          {"cpu.*", "baseline.cpu"},
          "CPU time comes from /proc: that of children which ended without being waited for is missed",
          "run as root, or in a delegated cgroup: systemd-run --user --scope -p Delegate=yes …"};
}

}  // namespace

BFTP_REGISTER_PROBE(cgroups, {"cpu.cgroups", "a server gets a cgroup of its own", 310, &look_at_cgroups})

}  // namespace bftp::doctor
