#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/plan/gate.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/plan_request.hpp"

namespace bftp::plan {

/// What the user typed after `compare`, not yet checked. `common` holds what `run` takes too; its server and
/// clients stay empty.
struct CompareRequest {
  PlanRequest common;
  std::optional<std::string> base, head;       ///< command templates; neither: the reference server
  std::optional<std::string> clients;          ///< "1,8"
  std::optional<std::string> smallest_effect;  ///< "2%"
  std::vector<std::string> fail_if;
  bool until_conclusive = false;
  bool pin = true;
};

/// Two servers and how to compare them: checked, seeded, immutable.
struct ComparePlan {
  Plan common;  ///< `server` is the head's; `max_time_s` is set
  ServerSpec base;
  std::vector<std::uint32_t> client_counts;  ///< ascending, each once; never empty
  std::vector<Gate> gates;
  double smallest_effect = 0.02;  ///< "same within" this share; 0.001 to 0.5
  bool until_conclusive = false;
  bool pin = true;
};

/// Defaults: the reference server for what is not given; 60 s, or 5 min with --until-conclusive; a small file
/// and a novel, by GET; one client. Errors: invalid_input with the option and what would be right.
protocol::Result<ComparePlan> make_compare_plan(const CompareRequest& request,
                                                const PlanContext& context = {});

}  // namespace bftp::plan
