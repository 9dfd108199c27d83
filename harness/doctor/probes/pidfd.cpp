#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_pidfd(System& system) {
  if (system.offers(Feature::pidfd)) return {Level::good, "pidfd_open works", {}, "", ""};
  return {
      Level::note,
      "pidfd_open is missing",
      {},
      "processes are named by ids, which may be given anew; the guard owns its children, so none of ours is",
      "Linux 5.3 or newer"};
}

}  // namespace

BFTP_REGISTER_PROBE(pidfd, {"kernel.pidfd", "processes can be held by a descriptor", 230, &look_at_pidfd})

}  // namespace bftp::doctor
