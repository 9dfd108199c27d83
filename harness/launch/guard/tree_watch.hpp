#pragma once

#include <chrono>
#include <optional>

#include "harness/launch/guard/cgroups.hpp"
#include "processes/tree_bounds.hpp"

namespace bftp::launch::guard {

/// Looks now and then at what the guard's descendants have. A quarter of a second apart at least, and so
/// seldom that looking takes no more than a hundredth of a core: on a machine with many processes a list of
/// descendants is dear. One thread.
class TreeWatch {
 public:
  /// `cgroups` outlives the watch. A bound that the kernel keeps there is looked at as well: it does not hold
  /// for who has left.
  TreeWatch(const processes::TreeBounds& bounds, const Cgroups& cgroups);

  /// Until the next look, for poll(2); -1: there is none, since nothing is bounded.
  int patience_ms() const;

  /// If it is time to look: what the tree has beyond its bounds.
  std::optional<processes::TreeExcess> look();

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<int> members() const;

  processes::TreeBounds bounds_;
  const Cgroups& cgroups_;
  unsigned looks_ = 0;
  Clock::time_point next_;
};

}  // namespace bftp::launch::guard
