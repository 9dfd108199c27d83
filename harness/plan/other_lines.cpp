#include "harness/plan/other_lines.hpp"

#include "harness/plan/limits.hpp"
#include "harness/plan/plan_file.hpp"
#include "harness/plan/request_settings.hpp"
#include "harness/plan/waivers.hpp"

namespace bftp::plan {
namespace {

using protocol::Result;

Result<void> apply_lines(Plan& plan, const Settings& settings, const PlanContext& context) {
  for (const auto& setting : settings) {
    Result<void> done;
    if (setting.key.starts_with(limits_prefix)) done = apply_limit(plan, setting, context);
    if (setting.key.starts_with(waivers_prefix)) done = apply_waiver(plan, setting, context);
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> draw_other_lines(Plan& plan, const PlanRequest& request, const PlanContext& context) {
  if (request.plan_file) {
    const auto text = read_plan_file(*request.plan_file);
    if (!text) return text.error();
    const auto settings = parse_plan_file(*text, *request.plan_file);
    if (!settings) return settings.error();
    plan.limits.clear();
    plan.waivers.clear();
    if (auto done = apply_lines(plan, *settings, context); !done) return done;
  }
  const auto typed = settings_of(request);
  if (!typed) return typed.error();
  return apply_lines(plan, *typed, context);
}

}  // namespace bftp::plan
