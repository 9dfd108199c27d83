#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_disk_fixtures(System& system) {
  constexpr std::uint64_t mib = 1u << 20;
  const auto space = system.space(Folder::fixtures);
  if (!space)
    return {Level::impossible,
            "no such folder",
            {},
            "fixtures are made there once",
            "set BFTP_FIXTURES to a folder with more room"};
  const std::string found = fmt::format("{} MiB free in {}", space->free_bytes / mib, space->path);
  if (!space->writable)
    return {Level::impossible,
            space->path + " cannot be written",
            {},
            "fixtures are made there once",
            "set BFTP_FIXTURES to a folder with more room"};
  if (space->free_bytes < 8 * mib)
    return {Level::impossible,
            found,
            {},
            "fixtures are made there once",
            "set BFTP_FIXTURES to a folder with more room"};
  if (space->free_bytes >= 256 * mib) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"identity.errors"},
          "fixtures are made there once: long runs or a large db.csv may not fit",
          "set BFTP_FIXTURES to a folder with more room"};
}

}  // namespace

BFTP_REGISTER_PROBE(disk_fixtures,
                    {"disk.fixtures", "room in the fixture cache folder", 332, &look_at_disk_fixtures})

}  // namespace bftp::doctor
