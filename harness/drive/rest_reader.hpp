#pragma once

#include <functional>
#include <map>
#include <vector>

#include "harness/drive/arms.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// Reads what the servers hold while no client is there. What they held before the first transfer is what
/// they are to come back to. One thread.
class RestReader {
 public:
  /// `arms` and `record` outlive it; arms may be dropped from the list meanwhile.
  RestReader(record::RunRecord& record, const std::vector<DrivenArm>& arms, Timekeeper& time,
             std::function<double()> now_s);

  /// Workers have closed their connections when their last record is in; the server needs a moment to see it.
  void await_rest();
  /// Whether every arm that the run is about holds no more than before its first transfer; one that has no
  /// probe, or was never read, does.
  bool at_rest(measure::Detail detail);
  /// One point for each arm with a probe, into the record.
  void quiet_point(record::QuietKind kind, std::uint32_t round, bool confirmation);
  record::ResourceSample read_full(const DrivenArm& arm);  ///< the arm has a probe
  record::ResourceSample read_at_rest(
      const DrivenArm& arm);  ///< likewise; garbage is collected first, if asked

 private:
  bool collect_garbage(const DrivenArm& arm);

  record::RunRecord& record_;
  const std::vector<DrivenArm>& arms_;
  Timekeeper& time_;
  std::function<double()> now_s_;
  std::map<record::Arm, record::ResourceSample> baselines_;
};

}  // namespace bftp::drive
