#include "harness/plan/lines.hpp"

#include "harness/plan/fields.hpp"
#include "harness/plan/limits.hpp"
#include "harness/plan/plan_file.hpp"
#include "harness/plan/request_settings.hpp"
#include "harness/plan/tables.hpp"
#include "harness/plan/waivers.hpp"

namespace bftp::plan {

using protocol::Result;

bool is_line(const Setting& setting) {
  return setting.key.starts_with(limits_prefix) || setting.key.starts_with(waivers_prefix);
}

Result<void> apply_line(Plan& plan, const Setting& setting, const PlanContext& context) {
  return setting.key.starts_with(limits_prefix) ? apply_limit(plan, setting, context)
                                                : apply_waiver(plan, setting, context);
}

namespace {

Result<void> apply_lines(Plan& plan, const Settings& settings, const PlanContext& context) {
  for (const auto& setting : settings) {
    if (is_empty_table(setting)) {
      if (auto known = check_empty_table(setting, context); !known) return known;
    } else if (is_line(setting)) {
      if (auto done = apply_line(plan, setting, context); !done) return done;
    } else if (const auto field = field_of(setting); !field) {
      return field.error();
    }
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
