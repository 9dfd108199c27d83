#include "harness/report/utf8.hpp"

#include <cassert>
#include <cstdint>

namespace bftp::report {
namespace {

constexpr CodePoint invalid{0xfffd, 1, false};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

CodePoint next_code_point(std::string_view bytes) {
  assert(!bytes.empty());
  const std::uint8_t lead = byte_at(bytes, 0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length) return invalid;
  char32_t value = lead & (0x7fu >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte_at(bytes, at) & 0xc0) != 0x80) return invalid;
    value = value << 6 | (byte_at(bytes, at) & 0x3fu);
  }
  const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return invalid;
  return {value, length, true};
}

void append_utf8(std::string& to, char32_t value) {
  const auto add = [&](char32_t byte) {
    to += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (value < 0x80) {
    add(value);
  } else if (value < 0x800) {
    add(0xc0 | value >> 6), add(0x80 | (value & 0x3f));
  } else if (value < 0x10000) {
    add(0xe0 | value >> 12), add(0x80 | (value >> 6 & 0x3f)), add(0x80 | (value & 0x3f));
  } else {
    add(0xf0 | value >> 18), add(0x80 | (value >> 12 & 0x3f)), add(0x80 | (value >> 6 & 0x3f)),
        add(0x80 | (value & 0x3f));
  }
}

}  // namespace bftp::report
