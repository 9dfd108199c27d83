#include <cassert>

#include "protocol/conversation.hpp"
#include "protocol/hex.hpp"

namespace bftp::protocol {

std::string encode_header(std::size_t payload_size) {
  constexpr std::string_view digits = "0123456789abcdef";
  assert(payload_size <= 0xffffffff);
  std::string header(header_size, '0');
  for (auto at = header.rbegin(); payload_size != 0; payload_size >>= 4) *at++ = digits[payload_size & 15];
  return header;
}

Result<std::size_t> decode_header(std::string_view eight_bytes, std::size_t max) {
  assert(eight_bytes.size() == header_size);
  std::size_t size = 0;
  for (const char digit : eight_bytes) {
    const int value = hex_value(digit);
    if (value < 0) return Error{ErrorKind::malformed, "a message header has eight hexadecimal digits"};
    size = size << 4 | static_cast<std::size_t>(value);
  }
  if (size > max) {
    return Error{ErrorKind::too_long, "a message header announces " + std::to_string(size) +
                                          " bytes; at most " + std::to_string(max) + " are allowed"};
  }
  return size;
}

}  // namespace bftp::protocol
