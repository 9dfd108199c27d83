#include "harness/plan/compare_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/plan/make_plan.hpp"
#include "harness/plan/refusal.hpp"
#include "harness/plan/units.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::Result;

constexpr const char* standard_fixtures = "size_4096.bin,oliver_twist.txt";
constexpr double standard_time_s = 60, patient_time_s = 300;
constexpr double time_min_s = 2, time_max_s = 24 * 3600;
constexpr double effect_min = 0.001, effect_max = 0.5;
constexpr std::size_t client_counts_max = 8;

/// The plan's own words name the option that `run` would have been given.
Error as_typed(const Error& error, std::string_view said, std::string_view typed) {
  Error renamed = error;
  if (renamed.message.starts_with(said)) renamed.message.replace(0, said.size(), typed);
  const auto advice = "say with " + std::string(said) + " ";
  if (const auto at = renamed.message.find(advice); at != std::string::npos)
    renamed.message.replace(at, advice.size(), "say with " + std::string(typed) + " ");
  return renamed;
}

Result<ServerSpec> server_for(const CompareRequest& request, const std::optional<std::string>& command,
                              std::string_view option, const PlanContext& context) {
  PlanRequest one = request.common;
  one.server = command;
  auto plan = make_plan(one, context);
  if (plan) return plan->server;
  const bool lacks_both = !request.base && !request.head;
  return as_typed(plan.error(), "--server", lacks_both ? "--base and --head" : option);
}

Result<std::vector<std::uint32_t>> counts_of(const CompareRequest& request, const PlanContext& context) {
  std::vector<std::uint32_t> counts;
  std::string_view left = request.clients ? std::string_view(*request.clients) : "1";
  for (bool more = true; more;) {
    const auto comma = left.find(',');
    PlanRequest one = request.common;
    one.clients = std::string(left.substr(0, comma));
    const auto plan = make_plan(one, context);
    if (!plan) return plan.error();
    counts.push_back(plan->clients.count);
    more = comma != std::string_view::npos;
    if (more) left.remove_prefix(comma + 1);
  }
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  if (counts.size() > client_counts_max)
    return refuse(fmt::format("--clients: {} different numbers; at most {} can be compared at once",
                              counts.size(), client_counts_max));
  return counts;
}

Result<double> effect_of(const std::optional<std::string>& text) {
  if (!text) return ComparePlan{}.smallest_effect;
  std::string_view number = *text;
  const auto wrong = [&] {
    return refuse(fmt::format("--smallest-effect: \"{}\" is no share; right is 0.1% to 50%, such as 2%",
                              text->substr(0, 80)));
  };
  if (!number.ends_with('%')) return wrong();
  number.remove_suffix(1);
  while (number.ends_with(' ')) number.remove_suffix(1);
  const auto percent = parse_number(number);
  if (!percent || *percent < effect_min * 100 || *percent > effect_max * 100) return wrong();
  return *percent / 100;
}

Result<std::vector<Gate>> gates_of(const std::vector<std::string>& texts) {
  std::vector<Gate> gates;
  for (const std::string& text : texts) {
    auto gate = parse_gate(text);
    if (!gate) return refuse("--fail-if: " + gate.error().message);
    if (std::find(gates.begin(), gates.end(), *gate) == gates.end()) gates.push_back(std::move(*gate));
  }
  return gates;
}

Result<void> settle_time(Plan& plan, bool asked, bool until_conclusive) {
  if (asked && !plan.max_time_s)
    return refuse(fmt::format(
        "--max-time 0: a comparison fills the time that it is given, so it needs a bound, from {} s to 24 h",
        time_min_s));
  if (!plan.max_time_s) plan.max_time_s = until_conclusive ? patient_time_s : standard_time_s;
  if (*plan.max_time_s >= time_min_s && *plan.max_time_s <= time_max_s) return {};
  return refuse(fmt::format("--max-time: {} s is out of range; a comparison takes {} s to 24 h",
                            *plan.max_time_s, time_min_s));
}

}  // namespace

Result<ComparePlan> make_compare_plan(const CompareRequest& given, const PlanContext& context) {
  CompareRequest request = given;
  if (!request.common.fixtures) request.common.fixtures = standard_fixtures;
  if (!request.common.ops) request.common.ops = "get";
  if (!request.common.name) request.common.name = "compare";
  auto base = server_for(request, request.base, "--base", context);
  if (!base) return base.error();
  request.common.server = request.head;
  auto common = make_plan(request.common, context);
  if (!common) return as_typed(common.error(), "--server", "--head");
  auto counts = counts_of(request, context);
  if (!counts) return counts.error();
  auto gates = gates_of(request.fail_if);
  if (!gates) return gates.error();
  const auto effect = effect_of(request.smallest_effect);
  if (!effect) return effect.error();
  if (auto settled = settle_time(*common, request.common.max_time.has_value(), request.until_conclusive);
      !settled)
    return settled.error();
  common->clients.count = counts->back();
  return ComparePlan{std::move(*common), std::move(*base), std::move(*counts),
                     std::move(*gates),  *effect,          request.until_conclusive,
                     request.pin};
}

}  // namespace bftp::plan
