#include "harness/report/utf8.hpp"

#include <gtest/gtest.h>

namespace bftp::report {
namespace {

TEST(ReportUtf8, ReadsEveryLength) {
  EXPECT_EQ(next_code_point("a").value, U'a');
  EXPECT_EQ(next_code_point("ß").value, U'ß');
  EXPECT_EQ(next_code_point("€").value, U'€');
  EXPECT_EQ(next_code_point("😀").value, U'😀');
  EXPECT_EQ(next_code_point("😀").length, 4u);
}

TEST(ReportUtf8, InvalidSequencesTakeOneByte) {
  for (const std::string_view bytes : {"\xff", "\x80", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80",
                                       "\xf4\x90\x80\x80", "\xe0\x80\x80", "\xc3("}) {
    const CodePoint point = next_code_point(bytes);
    EXPECT_FALSE(point.valid);
    EXPECT_EQ(point.length, 1u);
    EXPECT_EQ(point.value, char32_t{0xfffd});
  }
}

TEST(ReportUtf8, WritingReversesReading) {
  for (const char32_t value : {U'\0', U'a', U'\x7f', U'\x80', U'ß', char32_t{0x7ff}, char32_t{0x800}, U'€',
                               char32_t{0xffff}, char32_t{0x10000}, char32_t{0x10ffff}}) {
    std::string text;
    append_utf8(text, value);
    const CodePoint point = next_code_point(text);
    EXPECT_TRUE(point.valid);
    EXPECT_EQ(point.value, value);
    EXPECT_EQ(point.length, text.size());
  }
}

}  // namespace
}  // namespace bftp::report
