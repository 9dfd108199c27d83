#include "harness/plan/units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::plan {
namespace {

using protocol::ErrorKind;

TEST(ParseBytes, KnowsUnits) {
  EXPECT_EQ(parse_bytes("0").value(), 0u);
  EXPECT_EQ(parse_bytes("4096").value(), 4'096u);
  EXPECT_EQ(parse_bytes("12B").value(), 12u);
  EXPECT_EQ(parse_bytes("1k").value(), 1'024u);
  EXPECT_EQ(parse_bytes("64MiB").value(), 64u << 20);
  EXPECT_EQ(parse_bytes("64 mib").value(), 64u << 20);
  EXPECT_EQ(parse_bytes("1g").value(), 1u << 30);
  EXPECT_EQ(parse_bytes("2T").value(), 2ull << 40);
  EXPECT_EQ(parse_bytes("64MB").value(), 64'000'000u);
  EXPECT_EQ(parse_bytes("1.5GiB").value(), 1'610'612'736u);
  EXPECT_EQ(parse_bytes("0.1KB").value(), 100u);
  EXPECT_EQ(parse_bytes("9223372036854775807").value(), 9'223'372'036'854'775'807u);
}

TEST(ParseBytes, RefusesTheRest) {
  for (const auto* text : {"",           "MiB",
                           "-1",         "+1",
                           "1.",         ".5k",
                           "1..5k",      "64MiBs",
                           "64XiB",      "1  k",
                           " 1k",        "1k ",
                           "0.3k",       "1e6",
                           "0x10",       "9223372036854775808",
                           "8388608T",   "99999999999999999999999",
                           "1.1234567g", "1,5k"}) {
    const auto bytes = parse_bytes(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().kind, ErrorKind::invalid_input);
  }
  EXPECT_THAT(parse_bytes("lots").error().message,
              testing::AllOf(testing::HasSubstr("\"lots\""), testing::HasSubstr("64MiB")));
  EXPECT_LT(parse_bytes(std::string(100'000, '9')).error().message.size(), 300u);
}

TEST(ParseDuration, KnowsUnits) {
  EXPECT_DOUBLE_EQ(parse_duration("30").value(), 30);
  EXPECT_DOUBLE_EQ(parse_duration("0.5").value(), 0.5);
  EXPECT_DOUBLE_EQ(parse_duration("30s").value(), 30);
  EXPECT_DOUBLE_EQ(parse_duration("250ms").value(), 0.25);
  EXPECT_DOUBLE_EQ(parse_duration("2m").value(), 120);
  EXPECT_DOUBLE_EQ(parse_duration("2min").value(), 120);
  EXPECT_DOUBLE_EQ(parse_duration("1H").value(), 3'600);
  EXPECT_DOUBLE_EQ(parse_duration("1m30s").value(), 90);
}

TEST(ParseDuration, RefusesTheRest) {
  for (const auto* text :
       {"", "s", "-1s", "1m30", "30 s", "1.s", "five", "1d", "inf", "nan", "1e3", "9999999999h", "1s1"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseCount, TakesDigitsOnly) {
  EXPECT_EQ(parse_count("007").value(), 7u);
  for (const auto* text :
       {"", "-1", "+1", "1.0", "1e3", " 1", "1 ", "9223372036854775808", "99999999999999999999"})
    EXPECT_FALSE(parse_count(text)) << text;
}

TEST(ParseNumber, TakesFiniteNumbers) {
  EXPECT_DOUBLE_EQ(parse_number("-0.5").value(), -0.5);
  EXPECT_DOUBLE_EQ(parse_number("1e6").value(), 1e6);
  for (const auto* text : {"", "inf", "nan", "1e999", "1x", "0x1p3 "})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(FormatBytes, IsExactAndReadsBack) {
  EXPECT_EQ(format_bytes(0), "0B");
  EXPECT_EQ(format_bytes(1'000), "1000B");
  EXPECT_EQ(format_bytes(64u << 20), "64MiB");
  for (const std::uint64_t bytes : {1ull, 1'023ull, 1'024ull, 936'281ull, 8ull << 30, 1ull << 60})
    EXPECT_EQ(parse_bytes(format_bytes(bytes)).value(), bytes);
}

}  // namespace
}  // namespace bftp::plan
