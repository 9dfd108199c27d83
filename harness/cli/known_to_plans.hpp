#pragma once

#include "harness/plan/plan_request.hpp"

namespace bftp::cli {

/// What plans may name of rooms that they do not see: checks with their limits, and torture cases. The rest
/// of the context is as it is made.
plan::PlanContext known_to_plans();

}  // namespace bftp::cli
