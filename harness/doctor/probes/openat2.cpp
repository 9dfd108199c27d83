#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_openat2(System& system) {
  if (system.offers(Feature::openat2)) return {Level::good, "openat2 works", {}, "", ""};
  return {Level::note,
          "openat2 is missing",
          {},
          "the reference server walks paths name by name, a little slower",
          "Linux 5.6 or newer"};
}

}  // namespace

BFTP_REGISTER_PROBE(openat2, {"kernel.openat2", "paths can be confined by the kernel", 220, &look_at_openat2})

}  // namespace bftp::doctor
