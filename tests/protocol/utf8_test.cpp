#include <gtest/gtest.h>

#include "protocol/request.hpp"

namespace bftp::protocol {
namespace {

/// Encodes by RFC 3629's table, without a check.
std::string encoded(unsigned code) {
  const auto tail = [code](int shift) {
    return static_cast<char>(0x80 | (code >> shift & 0x3F));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, TakesEveryCodePointButSurrogates) {
  for (unsigned code = 0; code <= 0x110FFF; ++code) {
    const bool allowed = code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
    ASSERT_EQ(is_utf8(encoded(code)), allowed) << std::hex << code;
    if (allowed) {
      ASSERT_EQ(utf8_sequence_bytes(encoded(code) + "x"), encoded(code).size()) << std::hex << code;
    }
  }
}

TEST(Utf8, RefusesOverlongForms) {
  for (const auto* text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Utf8, RefusesBytesThatNeverOccur) {
  for (int byte = 0xF5; byte <= 0xFF; ++byte)
    EXPECT_FALSE(is_utf8(std::string(1, static_cast<char>(byte)) + "\x80\x80\x80"));
}

TEST(Utf8, RefusesBrokenSequences) {
  EXPECT_FALSE(is_utf8("\x80")) << "a tail without a lead";
  EXPECT_FALSE(is_utf8("a\xC3")) << "a lead at the end";
  EXPECT_FALSE(is_utf8("\xE2\x82")) << "one tail too few";
  EXPECT_FALSE(is_utf8("\xE2\x82z")) << "a letter in place of a tail";
  EXPECT_FALSE(is_utf8("\xF0\x9F\x98"));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
  EXPECT_EQ(utf8_sequence_bytes(""), 0U);
}

}  // namespace
}  // namespace bftp::protocol
