#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_disk_reports(System& system) {
  constexpr std::uint64_t mib = 1u << 20;
  const auto space = system.space(Folder::reports);
  if (!space)
    return {Level::impossible,
            "no such folder",
            {},
            "each transfer leaves a row, each failure its evidence",
            "--out DIR with more room"};
  const std::string found = fmt::format("{} MiB free in {}", space->free_bytes / mib, space->path);
  if (!space->writable)
    return {Level::impossible,
            space->path + " cannot be written",
            {},
            "each transfer leaves a row, each failure its evidence",
            "--out DIR with more room"};
  if (space->free_bytes < 16 * mib)
    return {Level::impossible,
            found,
            {},
            "each transfer leaves a row, each failure its evidence",
            "--out DIR with more room"};
  if (space->free_bytes >= 512 * mib) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"identity.errors"},
          "each transfer leaves a row, each failure its evidence: long runs or a large db.csv may not fit",
          "--out DIR with more room"};
}

}  // namespace

BFTP_REGISTER_PROBE(disk_reports, {"disk.reports", "room in the reports folder", 331, &look_at_disk_reports})

}  // namespace bftp::doctor
