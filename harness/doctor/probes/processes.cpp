#include <fmt/format.h>

#include <cstdint>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_processes(System& system) {
  constexpr std::uint64_t least = 64, plenty = 2048;
  const auto limit = system.limit(Limit::processes);
  if (!limit) return {Level::note, "the limit of processes is unknown", {}, "", ""};
  const std::string found =
      *limit == UINT64_MAX ? "no limit of processes" : fmt::format("limit of {} processes", *limit);
  if (*limit >= plenty) return {Level::good, found, {}, "", ""};
  const std::string remedy = "raise it: ulimit -Hu 65536, or TasksMax= of the service";
  if (*limit < least) return {Level::impossible, found, {}, "clients are processes", remedy};
  return {Level::weaker,
          found,
          {"handles.processes", "handles.threads", "handles.zombies"},
          "servers that start a process or thread for each client may run into the limit",
          remedy};
}

}  // namespace

BFTP_REGISTER_PROBE(processes,
                    {"limits.processes", "processes that our user may have", 130, &look_at_processes})

}  // namespace bftp::doctor
