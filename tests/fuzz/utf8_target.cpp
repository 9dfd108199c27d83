#include <cstdint>
#include <optional>

#include "protocol/json_writer.hpp"
#include "protocol/request.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

namespace {

using namespace protocol;

/// Another way to the same answer: decode by arithmetic, then look at the number (RFC 3629 sections 3 and
/// 10), where protocol/utf8.cpp looks at the bytes. Nothing if the front of `text` is no character; else its
/// length.
std::optional<std::size_t> decode_one(std::string_view text) {
  const auto byte_at = [text](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const std::uint32_t first = byte_at(0);
  if (first < 0x80) return 1;
  std::size_t size = 0;
  if (first >> 5 == 0b110) size = 2;
  if (first >> 4 == 0b1110) size = 3;
  if (first >> 3 == 0b11110) size = 4;
  if (size == 0 || text.size() < size) return std::nullopt;
  std::uint32_t code = first & (0x7FU >> size);
  for (std::size_t at = 1; at < size; ++at) {
    if (byte_at(at) >> 6 != 0b10) return std::nullopt;
    code = code << 6 | (byte_at(at) & 0x3F);
  }
  const bool shortest = code >= (size == 2 ? 0x80U : size == 3 ? 0x800U : 0x10000U);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (!shortest || surrogate || code > 0x10FFFF) return std::nullopt;
  return size;
}

bool is_utf8_by_arithmetic(std::string_view text) {
  while (!text.empty()) {
    const auto size = decode_one(text);
    if (!size) return false;
    text.remove_prefix(*size);
  }
  return true;
}

}  // namespace

void fuzz_utf8(std::string_view input) {
  BFTP_FUZZ_CHECK(is_utf8(input) == is_utf8_by_arithmetic(input));
  std::string json;
  JsonWriter(json).value(input);
  BFTP_FUZZ_CHECK(is_utf8_by_arithmetic(json));
  BFTP_FUZZ_CHECK(json.find_first_of("\r\n") == json.npos);
}

}  // namespace bftp::fuzz
