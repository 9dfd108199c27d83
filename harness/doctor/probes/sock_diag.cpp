#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_sock_diag(System& system) {
  if (system.offers(Feature::sock_diag)) return {Level::good, "NETLINK_SOCK_DIAG answers", {}, "", ""};
  return {Level::weaker,
          "NETLINK_SOCK_DIAG does not answer",
          {"handles.close_wait", "memory.*"},
          "sockets in CLOSE_WAIT are not seen, and readiness is read from /proc/net/tcp, which is slower",
          "allow the module tcp_diag, or netlink sockets in the sandbox or container"};
}

}  // namespace

BFTP_REGISTER_PROBE(sock_diag,
                    {"kernel.sock_diag", "sockets can be asked for by netlink", 200, &look_at_sock_diag})

}  // namespace bftp::doctor
