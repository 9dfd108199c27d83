#include "harness/report/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "harness/report/figures.hpp"
#include "harness/report/utf8.hpp"

namespace bftp::report {
namespace {

using Range = std::pair<char32_t, char32_t>;

template <std::size_t N>
bool in_any(const std::array<Range, N>& ranges, char32_t value) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return value >= range.first && value <= range.second; });
}

bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7f && value < 0xa0);
}

/// Characters of Unicode's general categories Cf, Zl and Zp that reorder, hide or split text, variation
/// selectors' and language tags' planes, noncharacters, and private use, which fonts may draw as anything.
bool is_deceptive(char32_t value) {
  static constexpr std::array<Range, 13> ranges{{{0xad, 0xad},
                                                 {0x61c, 0x61c},
                                                 {0x115f, 0x1160},
                                                 {0x180e, 0x180e},
                                                 {0x200b, 0x200f},
                                                 {0x2028, 0x202e},
                                                 {0x2060, 0x206f},
                                                 {0xe000, 0xf8ff},
                                                 {0xfdd0, 0xfdef},
                                                 {0xfeff, 0xfeff},
                                                 {0xfff9, 0xfffb},
                                                 {0x1d173, 0x1d17a},
                                                 {0xe0000, 0x10ffff}}};
  return in_any(ranges, value) || (value & 0xfffe) == 0xfffe;
}

bool is_combining(char32_t value) {
  static constexpr std::array<Range, 6> ranges{
      {{0x300, 0x36f}, {0x483, 0x489}, {0x591, 0x5bd}, {0x1ab0, 0x1aff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe2f}}};
  return in_any(ranges, value);
}

bool is_wide(char32_t value) {
  static constexpr std::array<Range, 8> ranges{{{0x1100, 0x115f},
                                                {0x2e80, 0xa4cf},
                                                {0xac00, 0xd7a3},
                                                {0xf900, 0xfaff},
                                                {0xfe30, 0xfe6f},
                                                {0xff00, 0xff60},
                                                {0x1f300, 0x1faff},
                                                {0x20000, 0x3fffd}}};
  return in_any(ranges, value);
}

void append_control(std::string& to, char32_t value) {
  switch (value) {
    case '\n':
      to += "\\n";
      break;
    case '\r':
      to += "\\r";
      break;
    case '\t':
      to += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(to), "\\x{:02x}", static_cast<unsigned>(value));
  }
}

void append_visible(std::string& to, char32_t value, Keep keep) {
  if (keep == Keep::lines && (value == '\n' || value == '\t')) {
    to += static_cast<char>(value);
  } else if (is_control(value)) {
    append_control(to, value);
  } else if (is_deceptive(value)) {
    fmt::format_to(std::back_inserter(to), "\\u{{{:x}}}", static_cast<unsigned>(value));
  } else {
    append_utf8(to, value);
  }
}

/// Calls `take(value)` for each code point until it returns false; returns how many bytes were taken.
template <class Take>
std::size_t walk(std::string_view bytes, Take&& take) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const CodePoint point = next_code_point(bytes.substr(at));
    if (!take(point.value)) break;
    at += point.length;
  }
  return at;
}

std::string_view html_entity(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::size_t width_of(char32_t value) {
  return is_combining(value) ? 0 : is_wide(value) ? 2 : 1;
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  walk(bytes, [&](char32_t value) { return append_utf8(out, value), true; });
  return out;
}

std::string visible(std::string_view bytes, Keep keep) {
  std::string out;
  out.reserve(bytes.size());
  walk(bytes, [&](char32_t value) { return append_visible(out, value, keep), true; });
  return out;
}

std::string visible_at_most(std::string_view bytes, std::size_t max, Keep keep) {
  std::string out;
  std::size_t count = 0;
  const std::size_t taken = walk(bytes, [&](char32_t value) {
    if (count == max) return false;
    ++count;
    append_visible(out, value, keep);
    return true;
  });
  if (taken == bytes.size()) return out;
  return fmt::format("{}… ({} more bytes)", out, grouped(bytes.size() - taken));
}

std::string html_text(std::string_view bytes, Keep keep) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char character : visible(bytes, keep)) {
    const auto entity = html_entity(character);
    if (entity.empty())
      out += character;
    else
      out += entity;
  }
  return out;
}

std::string markdown(std::string_view bytes) {
  std::string out;
  for (const char character : visible(bytes)) {
    const auto entity = html_entity(character);
    if (!entity.empty()) {
      out += entity;
    } else if (character == '@' || character == '#') {
      out += character, out += "&#8203;";  // a zero-width space: no mention, no link to an issue
    } else if (character == '$' || character == ':') {
      out += fmt::format("<span>{}</span>", character);  // no formula, no emoji name, no bare link
    } else if (std::string_view("\\`*_{}[]()+-.!|~=").find(character) != std::string_view::npos) {
      out += '\\', out += character;
    } else {
      out += character;
    }
  }
  return out;
}

std::string xml_text(std::string_view bytes) {
  return visible(bytes, Keep::lines);
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  walk(utf8, [&](char32_t value) { return width += width_of(value), true; });
  return width;
}

std::string fit(std::string_view utf8, std::size_t width, bool unicode) {
  if (display_width(utf8) <= width) return std::string(utf8);
  const std::string_view ellipsis = unicode ? "…" : "...";
  const std::size_t room = width - std::min(width, unicode ? std::size_t{1} : std::size_t{3});
  std::size_t used = 0;
  const std::size_t taken = walk(utf8, [&](char32_t value) { return (used += width_of(value)) <= room; });
  return std::string(utf8.substr(0, taken)) += ellipsis;
}

}  // namespace bftp::report
