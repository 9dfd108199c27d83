#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_namespaces(System& system) {
  if (system.offers(Feature::user_and_network_namespace))
    return {Level::good, "user and network namespaces can be made", {}, "", ""};
  return {Level::note,
          "user and network namespaces are refused",
          {},
          "a server under test cannot be kept off the network: test only what you would run",
          "sysctl kernel.unprivileged_userns_clone=1, or a virtual machine for strangers' servers"};
}

}  // namespace

BFTP_REGISTER_PROBE(namespaces, {"kernel.namespaces", "user and network namespaces can be made", 260,
                                 &look_at_namespaces})

}  // namespace bftp::doctor
