#include <fmt/format.h>

#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_sha(System& system) {
  const auto text = system.read("/proc/cpuinfo").value_or("");
  if (text.find(" sha_ni") != std::string::npos || text.find(" sha2") != std::string::npos)
    return {Level::good, "the processor has SHA instructions", {}, "", ""};
  return {Level::note,
          "no SHA instructions",
          {},
          "copies are hashed outside of the timed windows, so no figure changes, but runs take longer",
          "--verify bytes compares as bytes arrive"};
}

}  // namespace

BFTP_REGISTER_PROBE(sha, {"cpu.sha", "SHA-256 in hardware", 410, &look_at_sha})

}  // namespace bftp::doctor
