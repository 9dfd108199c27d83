#include <cstddef>

#include "protocol/request.hpp"

namespace bftp::protocol {

namespace {

struct Lead {
  std::size_t tail_bytes;  ///< how many follow; 0 for a byte that starts no sequence of several bytes
  unsigned char
      second_lowest;  ///< bounds of the byte after the lead: they keep out overlong forms, surrogates and
  unsigned char second_highest;  ///< everything above U+10FFFF
};

/// The table of RFC 3629 section 4, for leads from C2 hex on.
Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8_sequence_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte_at = [text](std::size_t at) {
    return static_cast<unsigned char>(text[at]);
  };
  if (byte_at(0) < 0x80) return 1;
  const Lead lead = lead_of(byte_at(0));
  if (lead.tail_bytes == 0 || text.size() <= lead.tail_bytes) return 0;
  if (byte_at(1) < lead.second_lowest || byte_at(1) > lead.second_highest) return 0;
  for (std::size_t at = 2; at <= lead.tail_bytes; ++at) {
    if ((byte_at(at) & 0xC0) != 0x80) return 0;
  }
  return lead.tail_bytes + 1;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto bytes = utf8_sequence_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace bftp::protocol
