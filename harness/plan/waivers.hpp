#pragma once

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Keys of waivers begin with it; the rest is the id of a check or a case.
inline constexpr std::string_view waivers_prefix = "waivers.";

/// Keeps one waiver. Errors: no check and no case has that id; no reason.
protocol::Result<void> apply_waiver(Plan& plan, const Setting& setting, const PlanContext& context);

}  // namespace bftp::plan
