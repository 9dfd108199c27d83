#pragma once

#include <optional>
#include <vector>

#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// How busy the machine's cores were while a block's transfers ran, batch by batch. Hashing between timed
/// windows is ours and disturbs no transfer, so it is left out: what remains is the server, the windows, and
/// strangers. One thread.
class MachineMeter {
 public:
  /// `host` outlives this; null: nothing is known. `ours`: processes of the harness, workers among them.
  MachineMeter(measure::HostProbe* host, std::vector<int> ours) : host_(host), ours_(std::move(ours)) {}

  void start_block() { block_ = {}; }
  void start_batch() { before_ = read(); }
  /// Into the shares of `block`, for all of its batches so far. `workers_timed_s`: what the workers spent
  /// within the timed windows of this batch.
  void end_batch(double workers_timed_s, record::BlockRecord& block);

 private:
  struct Reading {
    std::optional<measure::MachineCpu> machine;
    double ours_s = 0;
  };
  Reading read();

  measure::HostProbe* host_;
  std::vector<int> ours_;
  Reading before_;
  measure::MachineCpu block_;  ///< without our hashing
};

}  // namespace bftp::drive
