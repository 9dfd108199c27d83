#include "protocol/ftp_lines.hpp"

#include <gtest/gtest.h>

namespace bftp::protocol {
namespace {

TEST(FtpLines, ACodeIsThreeDigitsAndThenNothingABlankOrAHyphen) {
  EXPECT_EQ(ftp_code_of("220"), 220);
  EXPECT_EQ(ftp_code_of("226 done"), 226);
  EXPECT_EQ(ftp_code_of("220-welcome"), 220);
  for (const char* line : {"", "22", "2200", "220x", "x20 ", "2x0 ", "22x ", "020 ", "620 ", " 220"})
    EXPECT_EQ(ftp_code_of(line), 0) << line;
}

TEST(FtpLines, AReplyEndsWithItsCodeAndNoHyphen) {
  EXPECT_TRUE(ends_ftp_reply("226 done", 226));
  EXPECT_TRUE(ends_ftp_reply("226", 226));
  EXPECT_FALSE(ends_ftp_reply("226-more", 226));
  EXPECT_FALSE(ends_ftp_reply("230 of another reply", 226));
  EXPECT_FALSE(ends_ftp_reply("text in between", 226));
}

}  // namespace
}  // namespace bftp::protocol
