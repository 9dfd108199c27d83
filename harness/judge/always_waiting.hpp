#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/stalls.hpp"

/// Waits of a kernel timer's length in every transfer: no transfer stands out of the others, only of what so
/// small a file needs.
namespace bftp::judge {

struct AlwaysWaiting {
  statistics::Signature signature = statistics::Signature::none;
  std::vector<const Group*> groups;  ///< what waits so; never fewer than two, of sizes a factor of 4 apart
  double median_ms = 0;              ///< their median wait, beyond the control's time if that is known

  std::string names() const;  ///< "GET of empty.bin, GET of nuls.bin, PUT of one.bin and 4 more"
};

/// Groups of files below 1 MiB most of whose transfers take a timer's length longer than the control's of the
/// same work, to a few milliseconds, while the server's CPU time explains less than half of it; nothing
/// unless two of them have sizes a factor of 4 apart: a server that is slow for each byte, or limits its
/// rate, comes to the same length with one of them at most. `groups` is of `evidence`'s server, and outlives
/// what is returned.
std::optional<AlwaysWaiting> always_waiting(const Evidence& evidence, const std::vector<Group>& groups,
                                            const std::vector<Group>& control);

}  // namespace bftp::judge
