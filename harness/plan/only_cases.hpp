#pragma once

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Whether the cases that were asked for by name exist. `where` said so.
protocol::Result<void> check_only(const Plan& plan, const PlanContext& context, const std::string& where);

}  // namespace bftp::plan
