#include "harness/report/json_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/report/escape.hpp"
#include "harness/report/utf8.hpp"

namespace bftp::report {
namespace {

constexpr std::size_t line_max = 110;

enum class Target { file, html };

void append_unit(std::string& to, char32_t unit) {
  fmt::format_to(std::back_inserter(to), "\\u{:04x}", static_cast<unsigned>(unit));
}

/// \uXXXX, as a surrogate pair past U+FFFF (RFC 8259, section 7).
void append_escaped(std::string& to, char32_t value) {
  if (value < 0x10000) return append_unit(to, value);
  append_unit(to, 0xd800 + ((value - 0x10000) >> 10));
  append_unit(to, 0xdc00 + ((value - 0x10000) & 0x3ff));
}

bool must_escape(char32_t value, std::string_view bytes, Target target) {
  if (value < 0x20 || value == 0x7f) return true;
  if (target == Target::html && (value == '<' || value == '>' || value == '&')) return true;
  return value >= 0x80 && visible(bytes) != bytes;
}

void append_string(std::string& to, std::string_view text, Target target) {
  to += '"';
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = next_code_point(text.substr(at));
    const std::string_view bytes = text.substr(at, point.length);
    at += point.length;
    if (point.value == '"' || point.value == '\\') {
      to += '\\', to += static_cast<char>(point.value);
    } else if (point.value == '\n') {
      to += "\\n";
    } else if (!point.valid) {
      append_utf8(to, point.value);
    } else if (must_escape(point.value, bytes, target)) {
      append_escaped(to, point.value);
    } else {
      to += bytes;
    }
  }
  to += '"';
}

void append_double(std::string& to, double value) {
  if (!std::isfinite(value)) {
    to += "null";
  } else {
    fmt::format_to(std::back_inserter(to), "{}", value);
  }
}

void append_compact(std::string& to, const boost::json::value& value, Target target, std::string_view gap) {
  using boost::json::kind;
  const auto separate = [&](bool& first) {
    if (!first) to += ',', to += gap;
    first = false;
  };
  bool first = true;
  switch (value.kind()) {
    case kind::null:
      to += "null";
      break;
    case kind::bool_:
      to += value.get_bool() ? "true" : "false";
      break;
    case kind::int64:
      fmt::format_to(std::back_inserter(to), "{}", value.get_int64());
      break;
    case kind::uint64:
      fmt::format_to(std::back_inserter(to), "{}", value.get_uint64());
      break;
    case kind::double_:
      append_double(to, value.get_double());
      break;
    case kind::string:
      append_string(to, value.get_string(), target);
      break;
    case kind::array:
      to += '[';
      for (const auto& item : value.get_array()) separate(first), append_compact(to, item, target, gap);
      to += ']';
      break;
    case kind::object:
      to += '{';
      for (const auto& [name, item] : value.get_object()) {
        separate(first), append_string(to, name, target);
        to += ':', to += gap, append_compact(to, item, target, gap);
      }
      to += '}';
      break;
  }
}

bool is_nested(const boost::json::value& value) {
  return (value.is_array() && !value.get_array().empty()) ||
         (value.is_object() && !value.get_object().empty());
}

bool holds_nested(const boost::json::value& value) {
  if (value.is_array()) {
    for (const auto& item : value.get_array())
      if (is_nested(item)) return true;
  } else if (value.is_object()) {
    for (const auto& member : value.get_object())
      if (is_nested(member.value())) return true;
  }
  return false;
}

void append_indented(std::string& to, const boost::json::value& value, std::size_t depth) {
  const std::size_t start = to.size();
  if (!is_nested(value)) return append_compact(to, value, Target::file, " ");
  if (!holds_nested(value)) {
    append_compact(to, value, Target::file, " ");
    const bool numbers = value.is_array() && value.get_array()[0].is_number();
    if (numbers || to.size() - start + 2 * depth <= line_max) return;
    to.resize(start);
  }
  const auto new_line = [&](std::size_t levels, bool& first) {
    if (!first) to += ',';
    first = false;
    to += '\n', to.append(2 * levels, ' ');
  };
  bool first = true, closing = true;
  if (value.is_array()) {
    to += '[';
    for (const auto& item : value.get_array())
      new_line(depth + 1, first), append_indented(to, item, depth + 1);
    new_line(depth, closing);
    to += ']';
    return;
  }
  to += '{';
  for (const auto& [name, item] : value.get_object()) {
    new_line(depth + 1, first), append_string(to, name, Target::file), to += ": ";
    append_indented(to, item, depth + 1);
  }
  new_line(depth, closing);
  to += '}';
}

}  // namespace

std::string json_text(const boost::json::value& value) {
  std::string text;
  append_indented(text, value, 0);
  return text += '\n';
}

std::string json_for_html(const boost::json::value& value) {
  std::string text;
  append_compact(text, value, Target::html, "");
  return text;
}

}  // namespace bftp::report
