#include "harness/plan/only_cases.hpp"

#include <algorithm>

#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"

namespace bftp::plan {
namespace {

protocol::Result<void> check_case(const std::string& id, const PlanContext& context,
                                  const std::string& where) {
  const auto has = [&](const std::vector<std::string>& ids) {
    return std::ranges::find(ids, id) != ids.end();
  };
  if (context.known_cases.empty() || has(context.known_cases)) return {};
  if (has(context.known_checks))
    return refuse(where + ": " + id +
                  " is a check of a whole run and cannot be tried alone; right are cases, see 'bftp-torture "
                  "list cases'");
  return refuse(where + ": there is no case " + in_quotes(id) + "; " + hint(id, context.known_cases));
}

}  // namespace

protocol::Result<void> check_only(const Plan& plan, const PlanContext& context, const std::string& where) {
  for (const auto& id : plan.only)
    if (auto known = check_case(id, context, where); !known) return known;
  return {};
}

}  // namespace bftp::plan
