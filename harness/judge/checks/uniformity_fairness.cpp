#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/queueing.hpp"
#include "harness/judge/statistics/fairness.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"
#include "harness/judge/work_classes.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t rounds_min = 3;

/// Client to one ratio for each round.
using Ratios = std::map<std::uint16_t, std::vector<double>>;

/// How each client fared: its median time over that of others in the same block.
struct Shares {
  Ratios ratios;  ///< to the median of the others' medians
  Ratios to_all;  ///< to the median of all: the same unit for all clients, which Jain's index needs
  std::map<std::uint16_t, double> excess_ms;  ///< over the others, median, largest of the files
  std::map<std::uint16_t, double> saved_ms;   ///< likewise, of what the others took longer
  std::size_t rounds = 0;

  double typical(std::uint16_t client) const { return statistics::median(ratios.at(client)).value_or(1); }
  /// What the client's ratio is above in so many of the rounds.
  double ratio_above(std::uint16_t client, double rounds_share) const {
    return statistics::quantile(ratios.at(client), 1 - rounds_share).value_or(1);
  }
  double jain() const {
    std::vector<double> speeds;
    for (const auto& [client, ratio] : to_all) speeds.push_back(1 / statistics::median(ratio).value_or(1));
    return statistics::jain_index(speeds).value_or(1);
  }
};

/// The client that fares worst, or best: who is put before all others harms them as much.
struct Odd {
  std::uint16_t client = 0;
  bool slow = true;
  double ratio = 1;  ///< of its time to that of the others
  double ms = 0;     ///< between the two
  bool lasts = false;

  double times() const { return slow ? ratio : 1 / ratio; }
};

constexpr double lasting_rounds = 5.0 / 6;

Odd slowest(const Shares& shares) {
  const auto found = std::ranges::max_element(
      shares.ratios, {}, [&](const auto& client) { return shares.typical(client.first); });
  Odd odd{found->first, true, shares.typical(found->first), shares.excess_ms.at(found->first)};
  odd.lasts = shares.ratio_above(odd.client, lasting_rounds) > 1 + (odd.ratio - 1) / 2;
  return odd;
}

Odd quickest(const Shares& shares) {
  const auto found = std::ranges::min_element(
      shares.ratios, {}, [&](const auto& client) { return shares.typical(client.first); });
  Odd odd{found->first, false, shares.typical(found->first), shares.saved_ms.at(found->first)};
  odd.lasts = shares.ratio_above(odd.client, 1 - lasting_rounds) < 1 - (1 - odd.ratio) / 2;
  return odd;
}

double median_of_others(const std::map<std::uint16_t, double>& medians, std::uint16_t client) {
  std::vector<double> others;
  for (const auto& [other, median_ms] : medians)
    if (other != client) others.push_back(median_ms);
  return *statistics::median(others);
}

Shares shares_of(const Evidence& evidence, const std::vector<Group>& groups) {
  using ByRound = std::map<std::uint16_t, std::map<std::uint32_t, std::vector<double>>>;
  ByRound ratios, to_all;
  std::map<std::uint16_t, double> excess, saved;
  std::map<std::uint32_t, bool> rounds;
  for (const Group& group : groups) {
    std::map<std::uint32_t, std::map<std::uint16_t, std::vector<double>>> blocks;
    for (const Sample& sample : group.samples) blocks[sample.block][sample.client].push_back(sample.own_ms);
    std::map<std::uint16_t, std::vector<double>> differences;
    for (const auto& [block, clients] : blocks) {
      if (clients.size() < 2) continue;
      std::map<std::uint16_t, double> medians;
      for (const auto& [client, times] : clients) medians[client] = *statistics::median(times);
      std::vector<double> everybody;
      for (const auto& [client, median_ms] : medians) everybody.push_back(median_ms);
      const double usual_for_all = *statistics::median(everybody);
      const std::uint32_t round = evidence.record.blocks[block].round;
      rounds[round] = true;
      for (const auto& [client, median_ms] : medians) {
        const double usual = median_of_others(medians, client);
        ratios[client][round].push_back(median_ms / usual);
        to_all[client][round].push_back(median_ms / usual_for_all);
        differences[client].push_back(median_ms - usual);
      }
    }
    for (const auto& [client, values] : differences) {
      const double middle = *statistics::median(values);
      excess[client] = std::max(excess[client], middle);
      saved[client] = std::max(saved[client], -middle);
    }
  }
  const auto over_rounds = [](const ByRound& by_client) {
    Ratios found;
    for (const auto& [client, by_round] : by_client)
      for (const auto& [round, values] : by_round) found[client].push_back(*statistics::median(values));
    return found;
  };
  return {over_rounds(ratios), over_rounds(to_all), excess, saved, rounds.size()};
}

class Fairness final : public Check {
 public:
  std::string_view id() const override { return "uniformity.fairness"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "All clients are served alike"; }
  std::string_view about() const override {
    return "Compares each client's median transfer time with that of the others in the same block; the "
           "median over rounds gives its share; all files together, and small and large ones of each "
           "operation by themselves. Jain's index of the speeds: 1 is "
           "fair, 1/n is one client for all. Time in the queue while others were served is left out, and a "
           "difference smaller than the scheduler's doing does not count.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"jain_min", 0.8, "index", "fails below"},
            {"jain_warn", 0.9, "index", "warns below"},
            {"times_others_max", 3, "ratio",
             "fails if one client's median lies beyond this multiple of the others'"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double jain_min = limit(*this, limits, "jain_min");
    const double times_max = limit(*this, limits, "times_others_max");
    const double floor_ms = scheduler_floor_ms(evidence.record);
    Verdict verdict = begin(*this, evidence);
    verdict.limit =
        fmt::format("Jain's index at least {}, no client beyond {} times the others, differences above {}",
                    number(jain_min), number(times_max), milliseconds(floor_ms));
    verdict.expected = "One client does not keep others from being served (clause 6.1).";
    verdict.clauses = {"6.1"};
    if (evidence.record.plan.clients.count < 2)
      return skipped(std::move(verdict), "There was one client only.");
    const auto groups = groups_of(evidence, record::Arm::server);
    std::optional<Verdict> worst;
    std::vector<Verdict> failed;
    for (auto& [part, of_part] : parts_of(evidence.record, groups)) {
      Verdict one = judge_part(verdict, evidence, part, of_part,
                               {jain_min, limit(*this, limits, "jain_warn"), times_max, floor_ms});
      one.part = part;
      if (one.status == Status::fail) failed.push_back(one);
      if (!worst || badness(one.status) > badness(worst->status)) worst = std::move(one);
    }
    worst->parts_failed = std::move(failed);
    if (worst->status == Status::pass && queued_share(groups) > 0.2)
      worst->summary += " Clients queued while others were served; that time is left out.";
    return std::move(*worst);
  }

 private:
  struct Lines {
    double jain_min, jain_warn, times_max, floor_ms;
  };

  /// All files together (no name), and each kind of work by itself: who is served more slowly only once a
  /// file has many bytes is lost among small files.
  static std::vector<std::pair<std::string, std::vector<Group>>> parts_of(const record::RunRecord& record,
                                                                          const std::vector<Group>& groups) {
    std::map<WorkClass, std::vector<Group>> by_work;
    for (const Group& group : groups) {
      const std::uint16_t fixture[] = {group.key.fixture};
      by_work[class_of(record, group.key.op, fixture)].push_back(group);
    }
    std::vector<std::pair<std::string, std::vector<Group>>> parts{{"", groups}};
    if (by_work.size() < 2) return parts;
    for (auto& [work, of_work] : by_work) parts.emplace_back(name_of(work), std::move(of_work));
    return parts;
  }

  static Verdict judge_part(Verdict verdict, const Evidence& evidence, const std::string& part,
                            const std::vector<Group>& groups, const Lines& lines) {
    const Shares shares = shares_of(evidence, groups);
    if (shares.ratios.size() < 2)
      return skipped(std::move(verdict), "No two clients transferred the same file in the same block.");
    const double jain = shares.jain();
    const Odd odd = most_unfair(shares, jain, lines);
    verdict.measured = fmt::format(
        "Jain's index {}; client {}, the {}, took {} times as long as the others{}", number(jain), odd.client,
        odd.slow ? "slowest" : "quickest", number(odd.ratio), part.empty() ? "" : " in " + part);
    verdict.confidence = fmt::format("median of {}", counted(shares.rounds, "round"));
    verdict.series.push_back(client_picture(shares));
    const MachineState machine = machine_state(evidence);
    if (is_unfair(odd, jain, lines)) {
      if (!odd.lasts || shares.rounds < rounds_min || machine.disturbed())
        return inconclusive(
            std::move(verdict),
            fmt::format("Client {} was served more {}, but {}.", odd.client, odd.slow ? "slowly" : "quickly",
                        machine.disturbed() ? machine.why() : "not in enough rounds to be sure"),
            fmt::format("A calm machine and at least {} rounds.", rounds_min + 3));
      return favoured(std::move(verdict), shares, odd, Status::fail);
    }
    if (odd.ms > lines.floor_ms && odd.lasts && jain < lines.jain_warn && !machine.disturbed())
      return favoured(std::move(verdict), shares, odd, Status::warn);
    verdict.status = Status::pass;
    verdict.summary = "No client is served better or worse for long.";
    if (jain < lines.jain_min && odd.ms <= lines.floor_ms)
      verdict.summary = fmt::format("Clients differ by {} only, no more than a shared machine causes.",
                                    milliseconds(odd.ms));
    return verdict;
  }

  static bool is_unfair(const Odd& odd, double jain, const Lines& lines) {
    return odd.ms > lines.floor_ms && (jain < lines.jain_min || (odd.slow && odd.ratio > lines.times_max));
  }

  /// The slowest client, unless the quickest shows it better: where one of many is put before all others,
  /// none of these is slower than the rest of them.
  static Odd most_unfair(const Shares& shares, double jain, const Lines& lines) {
    const Odd slow = slowest(shares), quick = quickest(shares);
    constexpr double clearly = 1.5;  // of two clients each is as far from the other
    const auto rank = [&](const Odd& odd) {
      return std::tuple(is_unfair(odd, jain, lines) && odd.lasts, is_unfair(odd, jain, lines),
                        odd.ms > lines.floor_ms && odd.lasts,
                        std::log(odd.times()) * (odd.slow ? clearly : 1));
    };
    return rank(quick) > rank(slow) ? quick : slow;
  }

  static Series client_picture(const Shares& shares) {
    std::vector<double> x;
    std::vector<double> y;
    for (const auto& [client, ratios] : shares.ratios) {
      x.push_back(client);
      y.push_back(shares.typical(client));
    }
    return picture("Each client's transfer time relative to the others", "client", "ratio", x, y);
  }

  static Verdict favoured(Verdict verdict, const Shares& shares, const Odd& odd, Status status) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary = fmt::format("Client {} is served {} times more {} than the others.", odd.client,
                                  number(odd.times()), odd.slow ? "slowly" : "quickly");
    verdict.happened =
        fmt::format("Its median transfer took {} {} than that of the others, in nearly every one of {}.",
                    milliseconds(odd.ms), odd.slow ? "longer" : "less", counted(shares.rounds, "round"));
    verdict.cause =
        "The server always looks at some connections first, or gives them more at a time: a loop over "
        "descriptors that starts anew at the first, a lock that "
        "the last holder wins again, a pool whose threads stay with their clients.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Fairness)

}  // namespace
}  // namespace bftp::judge
