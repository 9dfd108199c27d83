#include "harness/cli/progress_line.hpp"

#include <fmt/format.h>

#include <ostream>

namespace bftp::cli {
namespace {

constexpr double plain_interval_s = 5;
constexpr double drawn_interval_s = 0.1;
constexpr const char* erase_line = "\r\x1b[K";

std::string left_text(const drive::Progress& progress) {
  if (progress.transfers_done == 0 || progress.transfers_done >= progress.transfers_total) return "";
  const double per_transfer_s = progress.elapsed_s / static_cast<double>(progress.transfers_done);
  const double left_s =
      per_transfer_s * static_cast<double>(progress.transfers_total - progress.transfers_done);
  return left_s < 90 ? fmt::format(", about {:.0f} s left", left_s)
                     : fmt::format(", about {:.0f} min left", left_s / 60);
}

}  // namespace

std::string progress_text(const drive::Progress& progress) {
  if (progress.transfers_total == 0) return progress.phase;
  return fmt::format("{}: {} of {} transfers, {} failed{}", progress.phase, progress.transfers_done,
                     progress.transfers_total, progress.failures, left_text(progress));
}

void ProgressLine::show(const drive::Progress& progress) {
  if (quiet_) return;
  if (streams_.err_is_terminal) {
    if (progress.elapsed_s - last_drawn_s_ < drawn_interval_s && progress.phase == last_phase_) return;
    streams_.err << erase_line << progress_text(progress) << std::flush;
    last_drawn_s_ = progress.elapsed_s;
    drawn_ = true;
  } else if (progress.phase != last_phase_ && progress.elapsed_s - last_plain_s_ >= plain_interval_s) {
    streams_.err << progress_text(progress) << "\n" << std::flush;
    last_plain_s_ = progress.elapsed_s;
  }
  last_phase_ = progress.phase;
}

void ProgressLine::say(const std::string& line) {
  if (quiet_) return;
  clear();
  streams_.err << line << "\n" << std::flush;
}

void ProgressLine::clear() {
  if (drawn_) streams_.err << erase_line << std::flush;
  drawn_ = false;
}

}  // namespace bftp::cli
