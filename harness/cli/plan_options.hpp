#pragma once

#include <CLI/CLI.hpp>

#include "harness/plan/plan_request.hpp"

namespace bftp::cli {

/// Adds every option that shapes a plan to `app`; parsing fills `request`, which has to outlive it. Values
/// are checked by plan::make_plan(), in one place with those of plan files.
void add_plan_options(CLI::App& app, plan::PlanRequest& request);

/// Of these, those that say where the judge's lines are: --limit and --waive.
void add_line_options(CLI::App& app, plan::PlanRequest& request);

}  // namespace bftp::cli
