#pragma once

#include "harness/plan/plan_request.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// The command line's overrides as settings; `plan_file` and `profile` are left to make_plan().
/// Errors: invalid_input for a --limit that is no CHECK.NAME=NUMBER.
protocol::Result<Settings> settings_of(const PlanRequest& request);

}  // namespace bftp::plan
