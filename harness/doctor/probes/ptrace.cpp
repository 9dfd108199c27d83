#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_ptrace(System& system) {
  if (system.offers(Feature::ptrace)) return {Level::good, "ptrace of a child works", {}, "", ""};
  return {Level::note,
          "ptrace is refused",
          {},
          "strace, which the advice of some checks names, does not work here",
          "sysctl kernel.yama.ptrace_scope=1, or --cap-add=SYS_PTRACE for a container"};
}

}  // namespace

BFTP_REGISTER_PROBE(ptrace, {"kernel.ptrace", "children can be traced", 250, &look_at_ptrace})

}  // namespace bftp::doctor
