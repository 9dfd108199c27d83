#include "client_under_test/people/visible.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <utility>

#include "protocol/request.hpp"

namespace bftp::client::people {

namespace {

/// Of a valid sequence of `bytes` bytes.
std::uint32_t code_point(std::string_view text, std::size_t bytes) {
  const auto byte_at = [text](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  if (bytes == 1) return byte_at(0);
  std::uint32_t code = byte_at(0) & (0x7FU >> bytes);
  for (std::size_t at = 1; at < bytes; ++at) code = code << 6 | (byte_at(at) & 0x3F);
  return code;
}

/// Beyond ASCII: C1 controls, separators of lines, and the marks of UAX #9 that reorder what is shown.
bool acts_on_a_terminal(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C ||
         (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

void append_visible(std::string& out, std::string_view text, std::string_view kept_as_they_are) {
  while (!text.empty()) {
    const auto bytes = protocol::utf8_sequence_bytes(text);
    const auto first = static_cast<unsigned char>(text.front());
    const std::uint32_t code = bytes == 0 ? first : code_point(text, bytes);
    if (bytes != 0 &&
        (!acts_on_a_terminal(code) || (bytes == 1 && kept_as_they_are.find(text.front()) != text.npos))) {
      out += text.substr(0, bytes);
    } else if (bytes <= 1) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", first);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", code);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
}

/// How many bytes at the end of `text` may be the beginning of a character.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    return byte >= 0xC2 && protocol::utf8_sequence_bytes(text.substr(text.size() - back)) == 0 ? back : 0;
  }
  return 0;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text, "");
  return out;
}

std::string VisibleContent::next(std::string_view block) {
  std::string text = std::move(kept_);
  text += block;
  const auto whole = text.size() - unfinished(text);
  kept_ = text.substr(whole);
  std::string out;
  append_visible(out, std::string_view(text).substr(0, whole), "\n\t");
  return out;
}

std::string VisibleContent::rest() {
  return visible(std::exchange(kept_, {}));
}

std::string with_commas(unsigned long long number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace bftp::client::people
