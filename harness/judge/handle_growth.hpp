#pragma once

#include <string>
#include <vector>

#include "harness/judge/growth.hpp"
#include "harness/judge/limits.hpp"

namespace bftp::judge {

struct HandleWords {
  std::string noun;  ///< "descriptor"
  std::string plural;
  std::string cause;
  std::string where_to_look;  ///< a command that shows them
  /// Whether what the first clients bring up is usual: threads and descriptors of a runtime or a pool. Else
  /// whatever stays beyond what was there before them is worth a warning.
  bool may_come_with_the_first_clients = true;
};

/// The limits that every check of handles declares.
std::vector<LimitSpec> handle_limits();

/// The verdict on something that is counted and must come back: descriptors, threads, processes, zombies,
/// CLOSE_WAIT.
Verdict judge_handles(const Check& check, const Evidence& evidence, const LimitValues& limits,
                      const Reading& reading, const HandleWords& words);

}  // namespace bftp::judge
