#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_disk_temporary(System& system) {
  constexpr std::uint64_t mib = 1u << 20;
  const auto space = system.space(Folder::temporary);
  if (!space)
    return {Level::impossible,
            "no such folder",
            {},
            "the server's root holds every fixture and every upload",
            "set TMPDIR to a folder with more room"};
  const std::string found = fmt::format("{} MiB free in {}", space->free_bytes / mib, space->path);
  if (!space->writable)
    return {Level::impossible,
            space->path + " cannot be written",
            {},
            "the server's root holds every fixture and every upload",
            "set TMPDIR to a folder with more room"};
  if (space->free_bytes < 64 * mib)
    return {Level::impossible,
            found,
            {},
            "the server's root holds every fixture and every upload",
            "set TMPDIR to a folder with more room"};
  if (space->free_bytes >= 1024 * mib) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"identity.errors"},
          "the server's root holds every fixture and every upload: long runs or a large db.csv may not fit",
          "set TMPDIR to a folder with more room"};
}

}  // namespace

BFTP_REGISTER_PROBE(disk_temporary, {"disk.temporary", "room in TMPDIR", 330, &look_at_disk_temporary})

}  // namespace bftp::doctor
