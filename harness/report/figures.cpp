#include "harness/report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace bftp::report {
namespace {

constexpr std::string_view unknown = "unknown";

/// Decimals that leave three significant digits. The value is rounded to them first, so that 9.996 becomes
/// "10.0".
int decimals_for(double magnitude) {
  if (magnitude <= 0) return 0;
  const int exponent = static_cast<int>(std::floor(std::log10(magnitude)));
  const double rounded = std::round(magnitude * std::pow(10, 2 - exponent)) / std::pow(10, 2 - exponent);
  const int settled = static_cast<int>(std::floor(std::log10(rounded)));
  return std::clamp(2 - settled, 0, 6);
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string significant(double value) {
  if (!std::isfinite(value)) return std::string(unknown);
  const double magnitude = std::fabs(value);
  if (magnitude >= 999.5 && magnitude < 1e18) {
    const auto whole = static_cast<std::uint64_t>(std::llround(magnitude));
    return fmt::format("{}{}", value < 0 ? "-" : "", grouped(whole));
  }
  if (magnitude >= 1e18) return fmt::format("{:.3g}", value);
  return fmt::format("{:.{}f}", value, decimals_for(magnitude));
}

std::string bytes_text(double bytes) {
  if (!std::isfinite(bytes)) return std::string(unknown);
  static constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
  if (std::fabs(bytes) < 1024) return fmt::format("{} {}", significant(bytes), bytes == 1 ? "byte" : "bytes");
  double value = bytes / 1024;
  std::size_t unit = 0;
  while (std::fabs(value) >= 1024 && unit + 1 < units.size()) value /= 1024, ++unit;
  return fmt::format("{} {}", significant(value), units[unit]);
}

std::string milliseconds_text(double ms) {
  if (!std::isfinite(ms)) return std::string(unknown);
  if (std::fabs(ms) >= 999.5) return seconds_text(ms / 1000);
  if (ms != 0 && ms < 0.1) return fmt::format("{} µs", significant(ms * 1000));
  return fmt::format("{} ms", significant(ms));
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds)) return std::string(unknown);
  if (seconds != 0 && std::fabs(seconds) < 0.9995) return milliseconds_text(seconds * 1000);
  if (seconds < 119.5) return fmt::format("{} s", significant(seconds));
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 7200) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

double rounded(double value, int digits) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr) : value;
}

std::string percent_text(double share) {
  return std::isfinite(share) ? fmt::format("{} %", significant(share * 100)) : std::string(unknown);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

}  // namespace bftp::report
