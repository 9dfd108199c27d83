#include "harness/judge/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
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

bool is_answered(const Sample& sample) {
  return std::isfinite(sample.first_byte_ms) && sample.first_byte_ms <= sample.transfer_ms;
}

template <class Visit>
void for_each_answered(std::vector<Group>& groups, Visit visit) {
  for (Group& group : groups) {
    for (Sample& sample : group.samples) {
      if (is_answered(sample)) visit(group, sample);
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

/// Whether whoever is being served at an instant is not the only one.
ServedTime shared_time(const Spans& spans) {
  std::vector<std::pair<double, int>> changes;
  for (const auto& [from, to] : spans) {
    changes.emplace_back(from, 1);
    changes.emplace_back(to, -1);
  }
  std::sort(changes.begin(), changes.end());
  Spans shared;
  int depth = 0;
  for (const auto& [at, change] : changes) {
    if (change > 0 && depth == 1) shared.emplace_back(at, at);
    if (change < 0 && depth == 2) shared.back().second = at;
    depth += change;
  }
  return ServedTime(std::move(shared));
}

double answered_s(const Sample& sample) {
  return sample.start_s + sample.first_byte_ms / 1000;
}
double body_ms(const Sample& sample) {
  return sample.transfer_ms - sample.first_byte_ms;
}

/// What a transfer takes from its first byte on in a server that does one after the other, although many are
/// asked of it at once; nothing for any other server. Told by the transfers that went through in one piece.
std::optional<double> serial_body_ms(const Group& group) {
  constexpr std::size_t bodies_min = 20;
  constexpr double in_one_piece_max = 1.5;  // of the usual body
  constexpr double pieces_share_min = 0.5;
  constexpr double crowd_min = 1.5;  // requests that are open at once, on average
  std::vector<double> bodies;
  Spans open, in_one_piece;
  for (const Sample& sample : group.samples)
    if (is_answered(sample)) bodies.push_back(body_ms(sample));
  if (bodies.size() < bodies_min) return std::nullopt;
  const double usual_ms = statistics::quantile(bodies, 0.25).value_or(0);
  double open_s = 0;
  for (const Sample& sample : group.samples) {
    if (!is_answered(sample)) continue;
    open.emplace_back(sample.start_s, sample.end_s());
    open_s += sample.end_s() - sample.start_s;
    if (body_ms(sample) <= in_one_piece_max * usual_ms)
      in_one_piece.emplace_back(answered_s(sample), sample.end_s());
  }
  const bool crowded = open_s >= crowd_min * ServedTime(std::move(open)).total();
  const bool enough =
      static_cast<double>(in_one_piece.size()) >= pieces_share_min * static_cast<double>(bodies.size());
  if (!crowded || !enough || !one_at_a_time(in_one_piece)) return std::nullopt;
  return usual_ms;
}

double usual_wait_ms(const Group& group) {
  std::vector<double> waits;
  for (const Sample& sample : group.samples) {
    if (std::isfinite(sample.first_byte_ms)) waits.push_back(sample.first_byte_ms);
  }
  return statistics::quantile(waits, 0.1).value_or(0);
}

/// A loop that serves one after the other may leave a transfer in the middle, when its socket is full, and
/// come back to it after others: a wait in the queue like one for the first byte.
void leave_out_interruptions(std::vector<Group>& groups, const Spans& bodies, const std::vector<double>& ends,
                             std::uint32_t clients) {
  const ServedTime shared = shared_time(bodies);
  for (Group& group : groups) {
    const auto usual_ms = serial_body_ms(group);
    if (!usual_ms) continue;
    for (Sample& sample : group.samples) {
      if (!is_answered(sample)) continue;
      const double more_ms = body_ms(sample) - *usual_ms;
      if (more_ms <= 0) continue;
      const auto ended = std::lower_bound(ends.begin(), ends.end(), sample.end_s()) -
                         std::upper_bound(ends.begin(), ends.end(), answered_s(sample));
      const bool queued =
          shared.within(answered_s(sample), sample.end_s()) * 1000 >= covered_share_min * more_ms &&
          ended <= static_cast<std::ptrdiff_t>(clients);
      if (queued) sample.own_ms -= more_ms;
    }
  }
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
    const double answered = answered_s(sample);
    served.emplace_back(answered, sample.end_s());
    prepared.emplace_back(answered - std::min(usual_wait[&group], sample.first_byte_ms) / 1000,
                          sample.end_s());
    ends.push_back(sample.end_s());
  });
  std::sort(ends.begin(), ends.end());
  const Spans bodies = served;
  const ServedTime served_time(one_at_a_time(prepared) ? std::move(prepared) : std::move(served));
  const double share_min = covered_share_min / std::max(1u, stride);
  for (Group& group : groups) {
    const double usual_ms = usual_wait[&group];
    for (Sample& sample : group.samples) {
      if (!std::isfinite(sample.first_byte_ms) || sample.first_byte_ms <= usual_ms) continue;
      const double answered = answered_s(sample);
      const auto ended = std::upper_bound(ends.begin(), ends.end(), answered) -
                         std::upper_bound(ends.begin(), ends.end(), sample.start_s);
      const double covered_ms = served_time.within(sample.start_s, answered) * 1000;
      const bool queued =
          covered_ms >= share_min * sample.first_byte_ms &&
          ended * static_cast<std::ptrdiff_t>(std::max(1u, stride)) <= static_cast<std::ptrdiff_t>(clients);
      if (queued) sample.own_ms = sample.transfer_ms - (sample.first_byte_ms - usual_ms);
    }
  }
  if (stride <= 1) leave_out_interruptions(groups, bodies, ends, clients);
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
