#pragma once

#include "harness/judge/check.hpp"

namespace bftp::judge {

struct QuietCpuWords {
  std::string summary;  ///< "The server uses {} of a core while no client is connected."
  std::string cause;
};

/// The verdict on CPU that was spent while nothing was transferred. `share_max` and `share_warn` are shares
/// of one core. A watch whose last half was calm shows work that came to an end (cleaning up), not a loop: it
/// warns at most. `usual_share` is what the server uses anyway and another check judges.
Verdict judge_quiet_cpu(Verdict verdict, const Evidence& evidence, record::WatchKind kind, double share_max,
                        double share_warn, const QuietCpuWords& words, double usual_share = 0);

/// The largest share of a core that the server used without a client before it was watched in this way; 0 if
/// that was not seen. Of the first pass only: what begins to spin in such a watch is at rest in none after
/// it, the repeats' own included.
double idle_share_before(const Evidence& evidence, record::WatchKind kind);

}  // namespace bftp::judge
