#include "harness/doctor/probe.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace bftp::doctor {
namespace {

constexpr int first_order_that_needs_a_run = 900;

/// Function-local, so that it exists before the first registration of any other file's initialisation.
std::vector<Probe>& table() {
  static std::vector<Probe> probes;
  return probes;
}

Level worst(const std::vector<Examined>& findings) {
  Level level = Level::good;
  for (const Examined& examined : findings) level = std::max(level, examined.finding.level);
  return level;
}

}  // namespace

const char* to_string(Level level) {
  switch (level) {
    case Level::good:
      return "good";
    case Level::note:
      return "note";
    case Level::weaker:
      return "weaker";
    case Level::impossible:
      return "impossible";
  }
  return "";
}

const std::vector<Probe>& all_probes() {
  return table();
}

std::vector<Examined> examine(System& system) {
  std::vector<Examined> findings;
  for (const Probe& probe : all_probes()) {
    if (probe.order >= first_order_that_needs_a_run && worst(findings) == Level::impossible) break;
    findings.push_back({&probe, probe.look(system)});
  }
  return findings;
}

int exit_code(const std::vector<Examined>& findings) {
  switch (worst(findings)) {
    case Level::impossible:
      return 3;
    case Level::weaker:
      return 2;
    default:
      return 0;
  }
}

bool detail::register_probe(const Probe& probe) {
  auto& probes = table();
  assert(probe.look != nullptr && std::none_of(probes.begin(), probes.end(),
                                               [&](const Probe& other) { return other.id == probe.id; }));
  const auto place = std::find_if(probes.begin(), probes.end(), [&](const Probe& other) {
    return std::tuple(probe.order, probe.id) < std::tuple(other.order, other.id);
  });
  probes.insert(place, probe);
  return true;
}

}  // namespace bftp::doctor
