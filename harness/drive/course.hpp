#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/drive/record_sink.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::drive {

/// What the course of a run needs of the world. Everything outlives it.
struct CourseSeams {
  RecordSink& sink;
  Timekeeper& time;
  const std::atomic<bool>& stop;  ///< set by Ctrl-C or SIGTERM
  std::int64_t epoch_ns = 0;      ///< the run's start on the monotonic clock
  /// Why the run must not go on, asked once a second; nothing: it may. May be empty.
  std::function<std::optional<std::string>()> must_end{};
  /// What was done so far, as in "interrupted after 12 transfers".
  std::function<std::string()> so_far;
  /// Seconds since the start after which the run ends as RunState::time_up; none: never.
  std::optional<double> time_limit_s{};
};

/// Whether a run goes on, how it ended, and what of it is kept on the way; the same for each driver. The
/// first end stays, but for the harness's own failure to write, which is told whatever came before. One
/// thread.
class Course {
 public:
  Course(record::RunRecord& record, CourseSeams seams);

  double now_s() const;  ///< seconds since the start
  /// Looks whether the run has to end: interrupted, out of time, out of memory, ended before.
  bool over();
  bool running() const { return record_.state == record::RunState::running; }
  void end_as(record::RunState state, const std::string& text);
  void check(const protocol::Result<void>& outcome);  ///< of the sink; an error ends the run as failed

  void checkpoint();         ///< all that is known is readable when this returns
  void checkpoint_if_due();  ///< the same, if the last one is some seconds ago
  /// Into the sink, and into the record, which keeps some ten thousand, thinned for each arm by itself.
  void keep(const record::ResourceSample& sample);

 private:
  void note_clock();

  record::RunRecord& record_;
  CourseSeams seams_;
  double next_look_s_ = 0;        ///< when must_end is asked again
  double next_checkpoint_s_ = 0;  ///< when one is due
  std::int64_t wall_minus_monotonic_ns_ = 0;
};

}  // namespace bftp::drive
