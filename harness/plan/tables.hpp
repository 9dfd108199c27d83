#pragma once

#include "harness/plan/plan_request.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// A table without keys, where a table may stand as far as its name tells: it moves nothing, but its name may
/// be a slip.
bool is_empty_table(const Setting& setting);
/// Errors: invalid_input when no such table is known, with the nearest one.
protocol::Result<void> check_empty_table(const Setting& setting, const PlanContext& context);

}  // namespace bftp::plan
