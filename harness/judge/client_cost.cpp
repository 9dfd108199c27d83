#include "harness/judge/client_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t pairs_min = 6;
constexpr double share_min = 0.8;

struct Pair {
  std::optional<double> client, ours;
};

/// By client and number of the pair. Only transfers that went well cost what a transfer costs.
std::vector<Pair> pairs_of(const record::RunRecord& record, const CostFigure& figure) {
  std::map<std::pair<std::uint16_t, std::uint32_t>, Pair> by_number;
  for (const auto& trial : record.client_trials) {
    const auto& row = trial.transfer;
    if (trial.behaviour != "cost" || !trial.not_tried.empty() || !row.ok()) continue;
    auto& pair = by_number[{row.client, row.iteration}];
    (row.arm == record::Arm::control ? pair.ours : pair.client) = figure.value(row);
  }
  std::vector<Pair> pairs;
  for (const auto& [number, pair] : by_number)
    if (pair.client && pair.ours && *pair.ours > 0) pairs.push_back(pair);
  return pairs;
}

bool exceeds(const std::vector<Pair>& pairs, double times, double floor) {
  const auto above = std::ranges::count_if(pairs, [&](const Pair& pair) {
    return *pair.client > times * *pair.ours && *pair.client - *pair.ours > floor;
  });
  return static_cast<double>(above) >= share_min * static_cast<double>(pairs.size());
}

double median_of(const std::vector<Pair>& pairs, double (*value)(const Pair&)) {
  std::vector<double> values;
  for (const auto& pair : pairs) values.push_back(value(pair));
  return statistics::median(values).value_or(0);
}

}  // namespace

std::vector<LimitSpec> cost_limits(double times_max, double floor_max, double times_warn, double floor_warn,
                                   const std::string& unit) {
  return {{"times_max", times_max, "ratio",
           "fails above this multiple of our own client's, in 80 % of the pairs"},
          {"above_max", floor_max, unit, "and only if it is so much above ours"},
          {"times_warn", times_warn, "ratio", "warns above"},
          {"above_warn", floor_warn, unit, "likewise"}};
}

Verdict judge_cost(const Check& check, const Evidence& evidence, const LimitValues& limits,
                   const CostFigure& figure) {
  Verdict verdict = begin(check, evidence);
  verdict.done = "The client and our own fetched the same file in turns from the reference server.";
  verdict.expected = "A client costs little more than the start of its program and the copying of the bytes.";
  if (!has_external_client(evidence.record))
    return skipped(std::move(verdict), "No external client: see --client.");
  const auto pairs = pairs_of(evidence.record, figure);
  const double times_max = limit(check, limits, "times_max");
  const double above_max = limit(check, limits, "above_max");
  verdict.limit =
      fmt::format("at most {} times ours, or {} above", number(times_max), figure.in_words(above_max));
  if (pairs.size() < pairs_min)
    return skipped(std::move(verdict), fmt::format("Only {} could be compared; {} are needed.",
                                                   counted(pairs.size(), "pair"), pairs_min));
  const double ratio = median_of(pairs, [](const Pair& pair) { return *pair.client / *pair.ours; });
  const double client = median_of(pairs, [](const Pair& pair) { return *pair.client; });
  const double ours = median_of(pairs, [](const Pair& pair) { return *pair.ours; });
  verdict.measured = fmt::format("{}, ours {}", figure.in_words(client), figure.in_words(ours));
  verdict.confidence = fmt::format("median ratio {} of {}", number(ratio), counted(pairs.size(), "pair"));
  verdict.status = Status::pass;
  verdict.summary = fmt::format("The {} is {}; our own client's is {}.", figure.what, figure.in_words(client),
                                figure.in_words(ours));
  const bool fails = exceeds(pairs, times_max, above_max);
  const bool warns = exceeds(pairs, limit(check, limits, "times_warn"), limit(check, limits, "above_warn"));
  if (!fails && !warns) return verdict;
  verdict.status = fails ? Status::fail : Status::warn;
  verdict.severity = fails ? Severity::major : Severity::minor;
  verdict.summary = fmt::format("The {} is {} times our own client's: {} against {}.", figure.what,
                                number(ratio), figure.in_words(client), figure.in_words(ours));
  verdict.happened = verdict.summary;
  verdict.cause = figure.cause;
  return verdict;
}

}  // namespace bftp::judge
