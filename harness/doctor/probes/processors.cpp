#include <fmt/format.h>

#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_processors(System& system) {
  const unsigned cores = system.cores();
  const std::string found = fmt::format("{} processor{}", cores, cores == 1 ? "" : "s");
  if (cores >= 2) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"uniformity.*", "cpu.stalled", "baseline.speed"},
          "server and clients take the only processor from each other, so times say little",
          "two processors or more"};
}

}  // namespace

BFTP_REGISTER_PROBE(processors, {"cpu.cores", "processors for server and clients", 400, &look_at_processors})

}  // namespace bftp::doctor
