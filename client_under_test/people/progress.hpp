#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "protocol/deadline.hpp"

namespace bftp::client::people {

/// One line such as `db.csv   45 %  [=======>        ]  30.1 MiB of 64.0 MiB  812.4 MiB/s  0:00 left`, at
/// most `columns` wide: the bar shrinks first, then the name, to its end. `name` is shown as visible() text.
/// A rate over no time is left out.
std::string progress_line(std::string_view name, std::uint64_t done_bytes, std::uint64_t total_bytes,
                          std::chrono::duration<double> elapsed, std::size_t columns);

/// "936281 B", "914.3 KiB", "64.0 MiB".
std::string human_size(double bytes);

/// Shows how far a transfer is, on a terminal only, at most ten times a second, and wipes the line when it
/// goes. The first tenth of a second stays quiet, so that small files do not flicker.
class Progress {
 public:
  /// `terminal` may be null: then nothing is shown. It outlives this.
  Progress(std::ostream* terminal, std::size_t columns, std::string name, std::uint64_t total_bytes,
           std::uint64_t already_bytes = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::uint64_t bytes);

 private:
  std::ostream* terminal_;
  std::size_t columns_;
  std::string name_;
  std::uint64_t total_bytes_;
  std::uint64_t already_bytes_;  ///< before this transfer: they count as done, but not for the rate
  std::uint64_t moved_bytes_ = 0;
  protocol::Clock::time_point start_;
  protocol::Clock::time_point shown_;
  bool drawn_ = false;
};

}  // namespace bftp::client::people
