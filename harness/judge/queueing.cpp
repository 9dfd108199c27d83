#include "harness/judge/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge {
namespace {

constexpr double covered_share_min = 0.7;

/// When at least one client was being served, as disjoint spans in ascending order with running sums.
class ServedTime {
 public:
  explicit ServedTime(std::vector<std::pair<double, double>> spans) {
    std::sort(spans.begin(), spans.end());
    for (const auto& [from, to] : spans) {
      if (!from_.empty() && from <= to_.back()) {
        to_.back() = std::max(to_.back(), to);
      } else {
        from_.push_back(from);
        to_.push_back(to);
      }
    }
    sum_.push_back(0);
    for (std::size_t i = 0; i < from_.size(); ++i) sum_.push_back(sum_.back() + to_[i] - from_[i]);
  }

  double within(double from, double to) const { return before(to) - before(from); }
  double total() const { return sum_.back(); }

 private:
  double before(double instant) const {
    const auto next =
        static_cast<std::size_t>(std::upper_bound(from_.begin(), from_.end(), instant) - from_.begin());
    if (next == 0) return 0;
    return sum_[next - 1] + std::min(instant, to_[next - 1]) - from_[next - 1];
  }

  std::vector<double> from_, to_, sum_;
};

template <class Visit>
void for_each_answered(std::vector<Group>& groups, Visit visit) {
  for (Group& group : groups) {
    for (Sample& sample : group.samples) {
      if (std::isfinite(sample.first_byte_ms) && sample.first_byte_ms <= sample.transfer_ms)
        visit(group, sample);
    }
  }
}

using Spans = std::vector<std::pair<double, double>>;

/// Whether the spans hardly overlap: whoever they belong to did one after the other.
bool one_at_a_time(const Spans& spans) {
  constexpr double overlap_max = 1.2;
  double sum = 0;
  for (const auto& [from, to] : spans) sum += to - from;
  return sum <= overlap_max * ServedTime(spans).total();
}

double usual_wait_ms(const Group& group) {
  std::vector<double> waits;
  for (const Sample& sample : group.samples) {
    if (std::isfinite(sample.first_byte_ms)) waits.push_back(sample.first_byte_ms);
  }
  return statistics::quantile(waits, 0.1).value_or(0);
}

}  // namespace

void set_own_times(std::vector<Group>& groups, std::uint32_t clients, std::uint32_t stride) {
  Spans served, prepared;  // from the first byte on; and from when work on it may have begun
  std::vector<double> ends;
  for (Group& group : groups) {
    for (Sample& sample : group.samples) sample.own_ms = sample.transfer_ms;
  }
  if (clients < 2) return;
  std::map<const Group*, double> usual_wait;
  for (const Group& group : groups) usual_wait[&group] = usual_wait_ms(group);
  for_each_answered(groups, [&](const Group& group, const Sample& sample) {
    const double answered_s = sample.start_s + sample.first_byte_ms / 1000;
    served.emplace_back(answered_s, sample.end_s());
    prepared.emplace_back(answered_s - std::min(usual_wait[&group], sample.first_byte_ms) / 1000,
                          sample.end_s());
    ends.push_back(sample.end_s());
  });
  std::sort(ends.begin(), ends.end());
  const ServedTime served_time(one_at_a_time(prepared) ? std::move(prepared) : std::move(served));
  const double share_min = covered_share_min / std::max(1u, stride);
  for (Group& group : groups) {
    const double usual_ms = usual_wait[&group];
    for (Sample& sample : group.samples) {
      if (!std::isfinite(sample.first_byte_ms) || sample.first_byte_ms <= usual_ms) continue;
      const double answered_s = sample.start_s + sample.first_byte_ms / 1000;
      const auto ended = std::upper_bound(ends.begin(), ends.end(), answered_s) -
                         std::upper_bound(ends.begin(), ends.end(), sample.start_s);
      const double covered_ms = served_time.within(sample.start_s, answered_s) * 1000;
      const bool queued =
          covered_ms >= share_min * sample.first_byte_ms &&
          ended * static_cast<std::ptrdiff_t>(std::max(1u, stride)) <= static_cast<std::ptrdiff_t>(clients);
      if (queued) sample.own_ms = sample.transfer_ms - (sample.first_byte_ms - usual_ms);
    }
  }
}

double queued_share(const std::vector<Group>& groups, double wait_ms) {
  std::size_t queued = 0;
  for (const Group& group : groups) {
    for (const Sample& sample : group.samples) queued += sample.transfer_ms - sample.own_ms > wait_ms ? 1 : 0;
  }
  const std::size_t all = sample_count(groups);
  return all == 0 ? 0 : static_cast<double>(queued) / static_cast<double>(all);
}

}  // namespace bftp::judge
