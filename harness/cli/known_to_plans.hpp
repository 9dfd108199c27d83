#pragma once

#include "harness/plan/plan_request.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::cli {

/// What plans may name of rooms that they do not see: checks with their limits, and torture cases. The rest
/// of the context is as it is made.
plan::PlanContext known_to_plans();

/// The same, and the ids by which a comparison's verdicts are shown: of each server, and of its gates.
plan::PlanContext known_to_plans(const record::RunRecord& record);

}  // namespace bftp::cli
