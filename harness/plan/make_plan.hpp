#pragma once

#include <string>
#include <string_view>

#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Profile, then plan file, then command line: what comes later wins. Everything is checked, every default
/// filled in. Errors: invalid_input with what is wrong, where (option, or file and line) and what would be
/// right; not_found and no_permission for the plan file.
protocol::Result<Plan> make_plan(const PlanRequest& request, const PlanContext& context = {});

/// The same with the plan file's text given, for tests and for replaying a run; `file` names it in messages.
protocol::Result<Plan> make_plan_from_text(std::string_view toml, const std::string& file,
                                           const PlanRequest& request, const PlanContext& context = {});

/// The whole plan as a plan file: make_plan() on it gives an equal plan, but for `command_line`, which stands
/// in a comment.
std::string to_toml(const Plan& plan);

}  // namespace bftp::plan
