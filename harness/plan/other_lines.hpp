#pragma once

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Draws a recorded run's lines anew: what decides a verdict and changes nothing of what was done. The limits
/// and waivers of `request.plan_file`, if there is one, take the place of the plan's (its other settings are
/// passed over), then those of `request.limits` and `request.waivers` are added. A plan that is refused is
/// left half changed. Errors: as make_plan().
protocol::Result<void> draw_other_lines(Plan& plan, const PlanRequest& request, const PlanContext& context);

}  // namespace bftp::plan
