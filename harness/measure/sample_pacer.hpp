#pragma once

#include <chrono>

#include "harness/measure/probe.hpp"

namespace bftp::measure {

struct PacerSettings {
  double rate_hz = 10;             ///< quick samples a second at the most
  double full_every_s = 1;         ///< a full one at most so often
  double quick_share_max = 0.006;  ///< of one core, for quick samples; the rate falls to keep it
  double full_share_max = 0.003;   ///< likewise for full ones, which come more rarely to keep it
};

/// Decides when to sample next and how much, so that sampling stays under a hundredth of a core however large
/// the tree is. Pure: told the time and what a sample cost.
class SamplePacer {
 public:
  using Seconds = std::chrono::duration<double>;
  explicit SamplePacer(const PacerSettings& settings) : settings_(settings) {}

  /// What the sample that is due at `now` should be.
  Detail choose(Seconds now) const;
  /// Notes one that began at `now`, and what CPU time it took.
  void note(Seconds now, Detail detail, Seconds cpu);
  /// When the next one is due: on a grid, so that a late one shifts no later ones.
  Seconds next_due() const { return next_due_; }

 private:
  PacerSettings settings_;
  Seconds next_due_{0};
  Seconds last_full_{-1e9};
  Seconds quick_cost_{0}, full_cost_{0};
};

/// Says when a quick sample of a tree of several processes should be completed at once to a full one: their
/// pages of no file, summed, have come to a new height. The sum counts what forked processes share once for
/// each of them, so it bounds from above what they hold; only PSS tells, and it is seldom read. So each new
/// height is looked at while it lasts, and nothing else.
class HeightWatch {
 public:
  static constexpr double step_mib = 32;
  /// Precondition: called for every sample of one tree, in order.
  bool wants_full(const record::ResourceSample& sample);

 private:
  double next_mib_ = 0;  ///< 0: nothing seen yet
};

}  // namespace bftp::measure
