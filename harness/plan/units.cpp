#include "harness/plan/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/plan/refusal.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::Result;

constexpr std::uint64_t count_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

Error refuse_number(std::string_view text, std::string_view right) {
  return refuse(in_quotes(text) + " is no " + std::string(right));
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// Digits and at most one point with digits on both sides, off the front of `text`; empty when there is no
/// number.
std::string_view take_decimal(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end > 0 && end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  const auto number = text.substr(0, end);
  text.remove_prefix(end);
  return number;
}

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> byte_unit(std::string_view unit) {
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view letters = "kmgt";
  const auto power = letters.find(unit.front());
  const auto rest = unit.substr(1);
  if (power == std::string_view::npos || (!rest.empty() && rest != "ib" && rest != "b")) return std::nullopt;
  std::uint64_t value = 1;
  for (std::size_t i = 0; i <= power; ++i) value *= rest == "b" ? 1'000u : 1'024u;
  return value;
}

/// number × unit in integers, so that "0.1KB" is exactly 100; nothing if it is no whole number of bytes or
/// too large.
std::optional<std::uint64_t> whole_product(std::string_view number, std::uint64_t unit) {
  constexpr std::size_t fraction_digits_max = 6;  // 10^6 times the largest unit, 2^40, fits
  const auto point = number.find('.');
  const auto fraction = point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  const auto whole = parse_count(number.substr(0, point));
  if (!whole || *whole > count_max / unit || fraction.size() > fraction_digits_max) return std::nullopt;
  std::uint64_t part = 0, scale = 1;
  for (const char c : fraction) {
    part = part * 10 + static_cast<std::uint64_t>(c - '0');
    scale *= 10;
  }
  const auto bytes = *whole * unit + part * unit / scale;
  if (part * unit % scale != 0 || bytes > count_max) return std::nullopt;
  return bytes;
}

std::optional<double> seconds_of(std::string_view unit) {
  if (unit == "ms") return 0.001;
  if (unit == "s" || unit == "sec") return 1;
  if (unit == "m" || unit == "min") return 60;
  if (unit == "h") return 3'600;
  return std::nullopt;
}

}  // namespace

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::string_view right = "size; right are 4096, 64KiB, 64MiB, 1.5GiB";
  auto rest = text;
  const auto number = take_decimal(rest);
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const auto unit = byte_unit(lower(rest));
  if (number.empty() || !unit) return refuse_number(text, right);
  const auto bytes = whole_product(number, *unit);
  if (!bytes) return refuse_number(text, "size in whole bytes below 8 EiB");
  return *bytes;
}

Result<double> parse_duration(std::string_view text) {
  constexpr std::string_view right = "duration; right are 30, 30s, 250ms, 2m, 1m30s, 1h";
  constexpr double ten_years_s = 315'576'000;
  if (text.empty()) return refuse_number(text, right);
  double total = 0;
  for (auto rest = text; !rest.empty();) {
    const bool first = rest.size() == text.size();
    const auto number = to_double(take_decimal(rest));
    std::size_t end = 0;
    while (end < rest.size() && !is_digit(rest[end])) ++end;
    // Only a bare number needs no unit: "1m30" could mean anything.
    const auto unit = first && rest.empty() ? std::optional(1.0) : seconds_of(lower(rest.substr(0, end)));
    if (!number || !unit) return refuse_number(text, right);
    total += *number * *unit;
    rest.remove_prefix(end);
  }
  return total <= ten_years_s ? Result<double>(total) : refuse_number(text, right);
}

Result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value > count_max)
    return refuse_number(text, "whole number");
  return value;
}

Result<double> parse_number(std::string_view text) {
  const auto value = to_double(text);
  return value ? Result<double>(*value) : refuse_number(text, "number");
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1'024 == 0 && unit + 1 < units.size()) {
    bytes /= 1'024;
    ++unit;
  }
  return std::to_string(bytes) + std::string(units[unit]);
}

}  // namespace bftp::plan
