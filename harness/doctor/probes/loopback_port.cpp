#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_loopback_port(System& system) {
  if (system.offers(Feature::listen_on_loopback))
    return {Level::good, "127.0.0.1 can be listened on", {}, "", ""};
  return {Level::impossible,
          "nothing can listen on 127.0.0.1",
          {},
          "server and clients meet there",
          "bring the loopback interface up: ip link set lo up"};
}

}  // namespace

BFTP_REGISTER_PROBE(loopback_port,
                    {"network.loopback", "a server can listen on 127.0.0.1", 110, &look_at_loopback_port})

}  // namespace bftp::doctor
