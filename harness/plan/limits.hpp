#pragma once

#include <string_view>

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Keys of limits begin with it. In "limits.uniformity.tail.p99_over_p50_max" the last part names the limit,
/// what is between the check.
inline constexpr std::string_view limits_prefix = "limits.";

/// Moves one limit. Errors: no check has that id, or no such limit; no number.
protocol::Result<void> apply_limit(Plan& plan, const Setting& setting, const PlanContext& context);

}  // namespace bftp::plan
