#include "protocol/percent_encoding.hpp"

#include <gtest/gtest.h>

namespace bftp::protocol {
namespace {

TEST(PercentEncoding, LeavesUnreservedBytesAndSlashesAlone) {
  EXPECT_EQ(percent_encoded("folder/Az09-._~.txt"), "folder/Az09-._~.txt");
}

TEST(PercentEncoding, WritesAllOthersInUpperCaseDigits) {
  EXPECT_EQ(percent_encoded("a b%c?d#e"), "a%20b%25c%3Fd%23e");
  EXPECT_EQ(percent_encoded("\xc3\xa9"), "%C3%A9");
  EXPECT_EQ(percent_encoded(std::string_view("\0\x7f\xff", 3)), "%00%7F%FF");
}

TEST(PercentEncoding, EscapesFurtherBytesWhenAsked) {
  EXPECT_EQ(percent_encoded("../a", "./"), "%2E%2E%2Fa");
}

TEST(PercentEncoding, OfNothingIsNothing) {
  EXPECT_EQ(percent_encoded(""), "");
}

}  // namespace
}  // namespace bftp::protocol
