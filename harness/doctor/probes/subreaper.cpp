#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_subreaper(System& system) {
  if (system.offers(Feature::subreaper)) return {Level::good, "PR_SET_CHILD_SUBREAPER works", {}, "", ""};
  return {Level::weaker,
          "PR_SET_CHILD_SUBREAPER is refused",
          {"handles.processes", "handles.zombies", "cpu.*", "lifecycle.stops"},
          "children of a server that goes into the background escape, with their CPU time",
          "Linux 3.4 or newer, and a sandbox that allows prctl"};
}

}  // namespace

BFTP_REGISTER_PROBE(subreaper,
                    {"kernel.subreaper", "orphans of a server come to us", 210, &look_at_subreaper})

}  // namespace bftp::doctor
