#pragma once

#include <cstdint>

namespace bftp::drive {

/// Keeps the rounds of a pass within the time that the plan allows (plan::Plan::pass_time_s), by the share of
/// its iterations that a slow server is given in each round. Every round takes place, since what is judged
/// over rounds (leaks, drift, pairs) needs their number more than their length. A pure state; one thread.
class Pace {
 public:
  /// `pass_s` of 0: every round has all its iterations.
  explicit Pace(double pass_s) : pass_s_(pass_s) {}

  /// Of the next round, above 0; 1 is all.
  double share() const { return share_; }

  /// A round with that share took `round_s`; the pass has taken `elapsed_s` so far, and `rounds_left` are to
  /// come.
  void note(double round_s, double elapsed_s, std::uint32_t rounds_left);

 private:
  double pass_s_;
  double share_ = 1;
};

}  // namespace bftp::drive
