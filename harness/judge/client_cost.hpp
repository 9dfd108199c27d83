#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/judge/check.hpp"
#include "harness/judge/limits.hpp"

/// What the checks of an external client's costs have in common: pairs of transfers, one by it and one by our
/// own client, next to each other.
namespace bftp::judge {

struct CostFigure {
  std::string_view what;  ///< "time of a transfer"
  std::function<std::optional<double>(const record::TransferRecord&)> value;
  std::function<std::string(double)> in_words;
  std::string_view cause;
};

/// Limits that such a check declares: it fails where in nearly all pairs the client takes more than times_max
/// times ours and more than `floor_max` above ours; likewise for the warning.
std::vector<LimitSpec> cost_limits(double times_max, double floor_max, double times_warn, double floor_warn,
                                   const std::string& unit);

/// A pair counts for a limit if it is above both of the limit's numbers; the limit is exceeded if at least 80
/// % of min_pairs pairs or more are. With 10 pairs, 8 or more in one direction are chance in 5.5 % of runs of
/// equal clients (the sign test), and the factor comes on top of that.
Verdict judge_cost(const Check& check, const Evidence& evidence, const LimitValues& limits,
                   const CostFigure& figure);

}  // namespace bftp::judge
