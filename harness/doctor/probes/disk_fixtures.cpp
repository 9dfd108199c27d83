#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

constexpr const char* another_cache = "set BFTP_FIXTURES to a folder with more room";

Finding no_run(const std::string& found) {
  return {Level::impossible, found, {}, "fixtures are made there once", another_cache};
}

/// Of a folder in which little or nothing can be made.
Finding look_at_what_is_there(System& system, const std::string& found) {
  const auto lacking = system.lacking_fixtures();
  if (!lacking.empty())
    return no_run(fmt::format("{}; it lacks {} of the usual fixtures, such as {}", found, lacking.size(),
                              lacking.front()));
  return {Level::note,
          found + ", but it holds all the usual fixtures",
          {},
          "others, and db.csv of another size, cannot be made there",
          another_cache};
}

Finding look_at_disk_fixtures(System& system) {
  constexpr std::uint64_t mib = 1u << 20;
  const auto space = system.space(Folder::fixtures);
  if (!space) return no_run("no such folder");
  const std::string found = fmt::format("{} MiB free in {}", space->free_bytes / mib, space->path);
  if (!space->writable) return look_at_what_is_there(system, space->path + " cannot be written");
  if (space->free_bytes < 8 * mib) return look_at_what_is_there(system, found);
  if (space->free_bytes >= 256 * mib) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"identity.errors"},
          "fixtures are made there once: long runs or a large db.csv may not fit",
          another_cache};
}

}  // namespace

BFTP_REGISTER_PROBE(disk_fixtures,
                    {"disk.fixtures", "room in the fixture cache folder", 332, &look_at_disk_fixtures})

}  // namespace bftp::doctor
