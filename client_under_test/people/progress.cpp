#include "client_under_test/people/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr std::size_t bar_width_max = 20;
constexpr std::size_t bar_width_min = 5;
constexpr std::string_view bar_frame = "  []";
constexpr std::size_t name_width_min = 12;

/// With its brackets, as wide as there is room for; empty if that is too little to see anything.
std::string bar(double share, std::size_t room) {
  if (room < bar_frame.size() + bar_width_min) return {};
  const auto width = std::min(room - bar_frame.size(), bar_width_max);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text(filled, '=');
  if (filled < width) text += '>';
  text.resize(width, ' ');
  return "  [" + text + "]";
}

std::string rate_and_rest(double moved, double left, double seconds) {
  if (seconds <= 0 || moved <= 0) return {};
  const double rate = moved / seconds;
  const auto rest_s = static_cast<unsigned long long>(std::min(left / rate, 359'999.0));
  return fmt::format("  {}/s  {}:{:02} left", human_size(rate), rest_s / 60, rest_s % 60);
}

/// The end of a path tells files of one folder apart. Cut in the middle of no character.
std::string shortened(const std::string& name, std::size_t width) {
  constexpr std::string_view dots = "...";
  if (name.size() <= width) return name;
  if (width <= dots.size()) return std::string(dots.substr(0, width));
  std::size_t from = name.size() - (width - dots.size());
  while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80) ++from;
  return std::string(dots) + name.substr(from);
}

/// What becomes less when the terminal is narrow, in this order: the bar, the name down to a stub, the rate.
std::string line_of(std::string_view name, double done, double moved, double total, double seconds,
                    std::size_t columns) {
  const double share = total > 0 ? std::min(done / total, 1.0) : 1.0;
  const auto whose = visible(name);
  const auto percent = fmt::format("  {:3.0f} %", share * 100);
  auto numbers = fmt::format("  {} of {}", human_size(done), human_size(total));
  const auto rate = rate_and_rest(moved, total - done, seconds);
  const auto name_least = std::min(whose.size(), name_width_min);
  if (name_least + percent.size() + numbers.size() + rate.size() <= columns) numbers += rate;
  const auto words = percent.size() + numbers.size();
  const auto room = columns > words ? columns - words : 0;
  const auto how_far = bar(share, room > whose.size() ? room - whose.size() : 0);
  return (shortened(whose, room - how_far.size()) + percent + how_far + numbers).substr(0, columns);
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
