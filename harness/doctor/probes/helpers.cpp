#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_helpers(System& system) {
  if (const auto missing = system.missing_helper())
    return {Level::impossible,
            *missing,
            {},
            "nothing can be started without them",
            "build or install all of bftp-torture, and keep its programs in one folder"};
  return {Level::good, "bftpd, bftp-worker and bftp-guard are there", {}, "", ""};
}

}  // namespace

BFTP_REGISTER_PROBE(helpers, {"harness.helpers", "the harness finds its own programs", 100, &look_at_helpers})

}  // namespace bftp::doctor
