#include "client_under_test/people/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr std::size_t bar_width = 20;

std::string bar(double share) {
  const auto filled = static_cast<std::size_t>(share * bar_width);
  std::string text(filled, '=');
  if (filled < bar_width) text += '>';
  text.resize(bar_width, ' ');
  return text;
}

std::string rate_and_rest(double moved, double left, double seconds) {
  if (seconds <= 0 || moved <= 0) return {};
  const double rate = moved / seconds;
  const auto rest_s = static_cast<unsigned long long>(std::min(left / rate, 359'999.0));
  return fmt::format("  {}/s  {}:{:02} left", human_size(rate), rest_s / 60, rest_s % 60);
}

/// Cut in the middle of no character.
std::string shortened(const std::string& name, std::size_t width) {
  std::size_t cut = std::min(name.size(), width);
  while (cut > 0 && cut < name.size() && (static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut);
}

std::string line_of(std::string_view name, double done, double moved, double total, double seconds,
                    std::size_t columns) {
  const double share = total > 0 ? std::min(done / total, 1.0) : 1.0;
  const auto rest = fmt::format("  {:3.0f} %  [{}]  {} of {}{}", share * 100, bar(share), human_size(done),
                                human_size(total), rate_and_rest(moved, total - done, seconds));
  const auto room = columns > rest.size() ? columns - rest.size() : 0;
  return (shortened(visible(name), room) + rest).substr(0, columns);
}

}  // namespace

std::string human_size(double bytes) {
  constexpr std::array units = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{:.0f} B", bytes);
  std::size_t unit = 0;
  for (bytes /= 1024; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string progress_line(std::string_view name, std::uint64_t done_bytes, std::uint64_t total_bytes,
                          std::chrono::duration<double> elapsed, std::size_t columns) {
  const auto done = static_cast<double>(done_bytes);
  return line_of(name, done, done, static_cast<double>(total_bytes), elapsed.count(), columns);
}

Progress::Progress(std::ostream* terminal, std::size_t columns, std::string name, std::uint64_t total_bytes,
                   std::uint64_t already_bytes)
    : terminal_(terminal),
      columns_(columns),
      name_(std::move(name)),
      total_bytes_(total_bytes),
      already_bytes_(already_bytes),
      start_(protocol::Clock::now()),
      shown_(start_) {}

Progress::~Progress() {
  if (drawn_) *terminal_ << "\r\x1b[K" << std::flush;
}

void Progress::advance(std::uint64_t bytes) {
  moved_bytes_ += bytes;
  if (terminal_ == nullptr) return;
  const auto now = protocol::Clock::now();
  if (now - shown_ < redraw_interval) return;
  shown_ = now;
  drawn_ = true;
  const std::chrono::duration<double> elapsed = now - start_;
  *terminal_ << "\r\x1b[K"
             << line_of(name_, static_cast<double>(already_bytes_ + moved_bytes_),
                        static_cast<double>(moved_bytes_), static_cast<double>(total_bytes_), elapsed.count(),
                        columns_)
             << std::flush;
}

}  // namespace bftp::client::people
