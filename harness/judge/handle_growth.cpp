#include "harness/judge/handle_growth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/exhaustion.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// What the server may hold for good: what it had at the start, or brought up in the first round.
double usual(const QuietSeries& series, const HandleWords& words) {
  if (!words.may_come_with_the_first_clients && series.baseline) return *series.baseline;
  return std::max(series.baseline.value_or(0), series.values.empty() ? 0 : series.values.front());
}

Verdict leaked(Verdict verdict, const QuietSeries& series, const Growth& growth, const HandleWords& words) {
  verdict.status = Status::fail;
  verdict.severity = Severity::major;
  verdict.growth = rate_of(growth, words.noun, 1);
  verdict.summary = fmt::format("The server keeps about one {} for each {} transfers.", words.noun,
                                number(1 / growth.line->slope));
  if (growth.line->slope > 0.95)
    verdict.summary = fmt::format("The server keeps {} {} of each transfer.", number(growth.line->slope),
                                  number(growth.line->slope) == "1" ? words.noun : words.plural);
  verdict.happened = fmt::format(
      "{} were there at the start, {} at the end, some seconds after the last client left; the count rises "
      "with each round.",
      number(series.baseline.value_or(series.values.front())),
      number(series.settled.value_or(series.values.back())));
  verdict.cause = words.cause + " To look: " + words.where_to_look + ".";
  return verdict;
}

/// A pool of threads that come with the first clients holds some of them for good.
constexpr double of_a_pool_per_transfer = 0.25;

Verdict used_up(Verdict verdict, const Exhaustion& end, const HandleWords& words) {
  verdict.status = Status::fail;
  verdict.severity = Severity::major;
  verdict.summary =
      fmt::format("The server kept about one {} for each {} transfers, until it could have no more.",
                  words.noun, number(1 / end.per_transfer()));
  if (end.per_transfer() > 0.95)
    verdict.summary = fmt::format("The server kept {} {} of each transfer, until it could have no more.",
                                  number(end.per_transfer()),
                                  number(end.per_transfer()) == "1" ? words.noun : words.plural);
  verdict.happened = fmt::format(
      "After {} transfers it held {} more than at the start, and {} of the transfers of round {} failed; the "
      "{} were still there some seconds after the last client had left.",
      number(end.transfers), number(end.held), percent(end.failed_share), end.round + 1, words.plural);
  verdict.cause = words.cause + " To look: " + words.where_to_look + ".";
  return verdict;
}

/// Nothing where the first pass has shown growth already: the repeats are to answer for that.
std::optional<Exhaustion> use_up(const Evidence& evidence, const Reading& reading, const HandleWords& words,
                                 const GrowthLimits& lines) {
  if (evidence.confirmation &&
      judge_growth(quiet_series(evidence.first_pass(), reading), lines).kind == GrowthKind::leak)
    return std::nullopt;
  const auto out = ran_out(evidence, reading);
  const double per_transfer = words.may_come_with_the_first_clients
                                  ? std::max(lines.per_transfer, of_a_pool_per_transfer)
                                  : lines.per_transfer;
  return out && out->held >= lines.whole && out->per_transfer() > per_transfer ? out : std::nullopt;
}

Verdict some_stay(Verdict verdict, const QuietSeries& series, double more, const HandleWords& words) {
  const bool since_start = !words.may_come_with_the_first_clients && series.baseline;
  verdict.status = Status::warn;
  verdict.severity = Severity::minor;
  verdict.summary = fmt::format("{} more {} than {} stayed to the end.", number(more),
                                more == 1 ? words.noun : words.plural,
                                since_start ? "before the first client" : "after the first round");
  verdict.happened = fmt::format("{} some seconds after the last client had left.", verdict.measured);
  verdict.cause =
      words.cause + " A pool that comes up late looks the same. To look: " + words.where_to_look + ".";
  return verdict;
}

}  // namespace

std::vector<LimitSpec> handle_limits() {
  return {{"per_transfer_max", 0.05, "per transfer",
           "fails above one per 20 transfers, rising to the end and still there at rest"},
          {"growth_min", 3, "count", "growth over the tail that counts"}};
}

Verdict judge_handles(const Check& check, const Evidence& evidence, const LimitValues& limits,
                      const Reading& reading, const HandleWords& words) {
  const QuietSeries series = quiet_series(evidence, reading);
  Verdict verdict = begin(check, evidence);
  const double per_transfer = limit(check, limits, "per_transfer_max");
  verdict.limit = fmt::format("at most one per {} transfers", number(1 / per_transfer));
  verdict.expected = fmt::format(
      "What was opened for a client is closed when the client has gone (clause 2.6): the number of {} "
      "returns to what it was.",
      words.plural);
  verdict.clauses = {"2.6"};
  if (series.values.empty() && !series.settled)
    return skipped(
        std::move(verdict),
        fmt::format("The server's {} could not be counted: with --attach give its --pid.", words.plural));
  const double end = series.settled ? *series.settled : series.values.back();
  const std::string begun =
      words.may_come_with_the_first_clients && !series.values.empty() && !evidence.confirmation
          ? fmt::format("{} after the first round, ", number(series.values.front()))
          : "";
  verdict.measured = fmt::format("{} at the start, {}{} at the end",
                                 series.baseline ? number(*series.baseline) : "unknown", begun, number(end));
  verdict.series.push_back(rest_picture(series, "Count at rest: " + words.plural, 1, "count"));
  const double growth_min = limit(check, limits, "growth_min") - 0.5;
  const GrowthLimits lines{per_transfer, growth_min, per_transfer, growth_min, true};
  const Growth growth = judge_growth(series, lines);
  if (growth.line) verdict.series.push_back(limit_slope(growth, per_transfer, 1, "count"));
  if (growth.line)
    verdict.confidence = fmt::format("{} to {} per transfer", number(growth.line->slope_range.low),
                                     number(growth.line->slope_range.high));
  if (growth.kind == GrowthKind::leak) return leaked(std::move(verdict), series, growth, words);
  if (const auto out = use_up(evidence, reading, words, lines))
    return used_up(std::move(verdict), *out, words);
  const double transfers = std::max(series.settled_transfers - series.transfers_before, 1.0);
  const bool many_stay = end - series.baseline.value_or(end) >=
                         std::max(limit(check, limits, "growth_min"), per_transfer * transfers);
  if (growth.kind == GrowthKind::uncertain || (growth.kind == GrowthKind::unknown && many_stay))
    return inconclusive(
        std::move(verdict),
        fmt::format("Some {} stay behind, but too few quiet points show whether they go on growing.",
                    words.plural),
        "More rounds: more --iterations.");
  verdict.status = Status::pass;
  verdict.summary = fmt::format("The number of {} does not grow with the transfers.", words.plural);
  const double more = end - usual(series, words);
  if (more <= 0) return verdict;
  return some_stay(std::move(verdict), series, more, words);
}

}  // namespace bftp::judge
