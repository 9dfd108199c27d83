#include <fmt/format.h>

#include <sstream>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_port_range(System& system) {
  constexpr int plenty = 10'000;
  const auto text = system.read("/proc/sys/net/ipv4/ip_local_port_range");
  std::istringstream numbers(text.value_or(""));
  int first = 0, last = 0;
  if (!(numbers >> first >> last) || last < first)
    return {Level::note, "the range of ports is unknown", {}, "", ""};
  const std::string found = fmt::format("{} ports, {} to {}", last - first + 1, first, last);
  if (last - first + 1 >= plenty) return {Level::good, found, {}, "", ""};
  return {
      Level::weaker,
      found,
      {"identity.errors", "uniformity.*"},
      "each connection keeps its port for a minute after its end (TIME_WAIT): fast runs may find none free",
      "sysctl net.ipv4.ip_local_port_range='32768 60999', or --lasting-connections true"};
}

}  // namespace

BFTP_REGISTER_PROBE(port_range,
                    {"network.ports", "ports that outgoing connections may use", 140, &look_at_port_range})

}  // namespace bftp::doctor
