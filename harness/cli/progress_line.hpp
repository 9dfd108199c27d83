#pragma once

#include <string>

#include "harness/cli/streams.hpp"
#include "harness/drive/driver.hpp"

namespace bftp::cli {

/// Shows how far a run is: one line that redraws itself on a terminal; a plain line for each new phase
/// elsewhere, at most one in five seconds; nothing when quiet.
class ProgressLine {
 public:
  ProgressLine(Streams& streams, bool quiet) : streams_(streams), quiet_(quiet) {}
  ~ProgressLine() { clear(); }

  void show(const drive::Progress& progress);
  void say(const std::string& line);  ///< a line of its own ("generating db.csv")
  void clear();

 private:
  Streams& streams_;
  bool quiet_;
  bool drawn_ = false;
  double last_plain_s_ = -1e9;
  double last_drawn_s_ = -1e9;
  std::string last_phase_;
};

/// "round 3 of 10 · 1200/4000 transfers · 0 failures · 12 s left".
std::string progress_text(const drive::Progress& progress);

}  // namespace bftp::cli
