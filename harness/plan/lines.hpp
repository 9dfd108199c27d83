#pragma once

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

/// Where the judge's lines are: limits and waivers, which decide a verdict and change nothing of what is
/// done.
namespace bftp::plan {

bool is_line(const Setting& setting);
/// Errors: as apply_limit() and apply_waiver().
protocol::Result<void> apply_line(Plan& plan, const Setting& setting, const PlanContext& context);

/// Draws a recorded run's lines anew. Those of `request.plan_file`, if there is one, take the place of the
/// plan's (its other settings have to be some, and are passed over), then `request.limits` and
/// `request.waivers` are added. A plan that is refused is left half changed. Errors: as make_plan().
protocol::Result<void> draw_other_lines(Plan& plan, const PlanRequest& request, const PlanContext& context);

}  // namespace bftp::plan
