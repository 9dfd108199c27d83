#include "harness/plan/phases.hpp"

#include <algorithm>

#include "harness/plan/refusal.hpp"

namespace bftp::plan {
namespace {

bool names(const Plan& plan, std::string_view word) {
  return std::ranges::find(plan.phases, word) != plan.phases.end();
}

}  // namespace

std::vector<std::string> phase_words() {
  std::vector<std::string> words{"all", "none"};
  for (const Phase& phase : phases) words.emplace_back(phase.name);
  return words;
}

protocol::Result<void> check_phases(const Plan& plan, const std::string& origin) {
  for (const std::string_view alone : {"all", "none"})
    if (plan.phases.size() > 1 && names(plan, alone))
      return refuse(origin + ": \"" + std::string(alone) +
                    "\" stands alone; leave it out, or the phases beside it");
  if (names(plan, "afterwards") && !names(plan, "crowd"))
    return refuse(origin +
                  ": afterwards compares with the transfers of crowd; right is crowd,afterwards, or neither");
  return {};
}

}  // namespace bftp::plan
