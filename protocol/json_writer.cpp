#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <iterator>

#include "protocol/request.hpp"

namespace bftp::protocol {

namespace {

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
}

/// Appends the character at the front of `text`, which is not plain, and takes it off.
void escape_one(std::string& out, std::string_view& text) {
  const auto bytes = utf8_sequence_bytes(text);
  const auto first = static_cast<unsigned char>(text.front());
  if (bytes == 0) {
    out += replacement_character;
  } else if (bytes > 1) {
    out += text.substr(0, bytes);
  } else if (first == '"' || first == '\\') {
    out += '\\';
    out += text.front();
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
  }
  text.remove_prefix(bytes == 0 ? 1 : bytes);
}

}  // namespace

void JsonWriter::comma() {
  const char last = out_.empty() ? '{' : out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void JsonWriter::open(char bracket) {
  comma();
  out_ += bracket;
}

void JsonWriter::close(char bracket) {
  out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  comma();
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

void JsonWriter::value(std::string_view text) {
  comma();
  out_ += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) escape_one(out_, text);
  }
  out_ += '"';
}

void JsonWriter::value(bool yes) {
  comma();
  out_ += yes ? "true" : "false";
}

void JsonWriter::value(double number) {
  assert(std::isfinite(number));
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", number);
}

}  // namespace bftp::protocol
