#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_open_files(System& system) {
  constexpr std::uint64_t least = 256, plenty = 4096;
  const auto limit = system.limit(Limit::open_files);
  if (!limit) return {Level::note, "the limit of open files is unknown", {}, "", ""};
  const std::string found = fmt::format("hard limit of {} open files", *limit);
  if (*limit >= plenty) return {Level::good, found, {}, "", ""};
  const std::string remedy = "raise it: ulimit -Hn 65536, or LimitNOFILE= of the service";
  if (*limit < least)
    return {Level::impossible, found, {}, "harness and server need more from the start", remedy};
  return {Level::weaker,
          found,
          {"handles.*", "uniformity.fairness"},
          "a server may run into the limit before a leak is certain, and few clients fit",
          remedy};
}

}  // namespace

BFTP_REGISTER_PROBE(open_files,
                    {"limits.files", "open files that a process may have", 120, &look_at_open_files})

}  // namespace bftp::doctor
