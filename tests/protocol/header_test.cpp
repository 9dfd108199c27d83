#include <gtest/gtest.h>

#include "protocol/conversation.hpp"

namespace bftp::protocol {
namespace {

TEST(MessageHeader, IsEightLowerCaseDigits) {  // clauses 1.2, 1.3
  EXPECT_EQ(encode_header(0), "00000000");
  EXPECT_EQ(encode_header(20), "00000014");
  EXPECT_EQ(encode_header(65'536), "00010000");
  EXPECT_EQ(encode_header(0xabcdef), "00abcdef");
  EXPECT_EQ(encode_header(0xffffffff), "ffffffff");
}

TEST(MessageHeader, IsReadInEitherCase) {
  EXPECT_EQ(decode_header("0000abcd").value(), 0xabcdU);
  EXPECT_EQ(decode_header("0000ABCD").value(), 0xabcdU);
  EXPECT_EQ(decode_header("0000aBcD").value(), 0xabcdU);
}

TEST(MessageHeader, HasAnUpperBound) {  // clause 1.6
  EXPECT_EQ(decode_header("00010000").value(), 65'536U);
  EXPECT_EQ(decode_header("00010001").error().kind, ErrorKind::too_long);
  EXPECT_EQ(decode_header("ffffffff").error().kind, ErrorKind::too_long);
  EXPECT_EQ(decode_header("ffffffff", 0xffffffff).value(), 0xffffffffU);
}

TEST(MessageHeader, RefusesEveryOtherByteInEveryPlace) {
  for (std::size_t place = 0; place < header_size; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string header = "00000000";
      header[place] = static_cast<char>(byte);
      const bool is_digit = std::isxdigit(byte) != 0;
      const auto size = decode_header(header, 0xffffffff);
      ASSERT_EQ(size.has_value(), is_digit) << byte;
      if (!is_digit) {
        ASSERT_EQ(size.error().kind, ErrorKind::malformed);
      }
    }
  }
}

}  // namespace
}  // namespace bftp::protocol
