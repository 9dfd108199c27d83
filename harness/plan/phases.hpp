#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.hpp"
#include "protocol/result.hpp"

/// What a run looks at once its rounds are over. Each phase takes seconds, and some checks are about nothing
/// else; a plan may leave phases out.
namespace bftp::plan {

struct Phase {
  std::string_view name;
  std::string_view about;
};

/// In the order in which they are run.
inline constexpr auto phases = std::to_array<Phase>({
    {"idle", "the server's CPU without any client, over --idle"},
    {"crowd", "a transfer of one client alone beside those of all"},
    {"heap", "memory in use while clients are in the middle of a file (runtimes with a collector)"},
    {"half-open", "the server's CPU while clients say nothing, or half a request, over --stall"},
    {"refusals", "requests that are to be refused: what do they leave behind?"},
    {"other-verbs", "LIST, SIZE, RANGE and HASH: what do they leave behind?"},
    {"stalled", "the server's CPU while clients do not read, over --stall"},
    {"replacements", "files that are stored over older ones: what do they leave behind?"},
    {"afterwards", "is a transfer as fast as before the phases? Needs crowd"},
    {"aborts", "transfers that their clients break off: what do they leave behind?"},
});

/// With `all` and `none`, which stand alone.
std::vector<std::string> phase_words();

/// `all` or `none` beside another word contradict it. `origin`: who said so.
protocol::Result<void> check_phases(const Plan& plan, const std::string& origin);

}  // namespace bftp::plan
