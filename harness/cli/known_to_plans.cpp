#include "harness/cli/known_to_plans.hpp"

#include <string>

#include "harness/judge/check.hpp"
#include "harness/torture/case.hpp"

namespace bftp::cli {

plan::PlanContext known_to_plans() {
  plan::PlanContext context;
  for (const judge::Check* check : judge::all_checks()) context.known_checks.emplace_back(check->id());
  for (const torture::Case* one : torture::all_cases()) context.known_cases.emplace_back(one->id());
  for (const judge::Check* check : judge::all_checks())
    for (const judge::LimitSpec& limit : check->limits())
      context.known_limits[std::string(check->id())].push_back(limit.name);
  return context;
}

plan::PlanContext known_to_plans(const record::RunRecord& record) {
  plan::PlanContext context = known_to_plans();
  if (record.comparison)
    for (const judge::Verdict& verdict : judge::judge_all(record)) context.known_checks.push_back(verdict.id);
  return context;
}

}  // namespace bftp::cli
