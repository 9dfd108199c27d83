#include "harness/report/figures.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace bftp::report {
namespace {

TEST(ReportFigures, ThousandsAreGrouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(18446744073709551615u), "18,446,744,073,709,551,615");
}

TEST(ReportFigures, ThreeSignificantDigits) {
  EXPECT_EQ(significant(0), "0");
  EXPECT_EQ(significant(0.012345), "0.0123");
  EXPECT_EQ(significant(1.2345), "1.23");
  EXPECT_EQ(significant(9.996), "10.0");
  EXPECT_EQ(significant(99.96), "100");
  EXPECT_EQ(significant(999.4), "999");
  EXPECT_EQ(significant(999.6), "1,000");
  EXPECT_EQ(significant(1234567.8), "1,234,568");
  EXPECT_EQ(significant(-12.34), "-12.3");
  EXPECT_EQ(significant(0.0000001), "0.000000");
}

TEST(ReportFigures, UnknownIsNeverANumber) {
  EXPECT_EQ(significant(NAN), "unknown");
  EXPECT_EQ(bytes_text(INFINITY), "unknown");
  EXPECT_EQ(milliseconds_text(NAN), "unknown");
  EXPECT_EQ(seconds_text(-INFINITY), "unknown");
  EXPECT_EQ(percent_text(NAN), "unknown");
}

TEST(ReportFigures, UnitsFollowTheSize) {
  EXPECT_EQ(bytes_text(1), "1.00 byte");
  EXPECT_EQ(bytes_text(1023), "1,023 bytes");
  EXPECT_EQ(bytes_text(936281), "914 KiB");
  EXPECT_EQ(bytes_text(64.0 * 1024 * 1024), "64.0 MiB");
  EXPECT_EQ(milliseconds_text(0.0451), "45.1 µs");
  EXPECT_EQ(milliseconds_text(0.412), "0.412 ms");
  EXPECT_EQ(milliseconds_text(1240), "1.24 s");
  EXPECT_EQ(seconds_text(0.125), "125 ms");
  EXPECT_EQ(seconds_text(42.11), "42.1 s");
  EXPECT_EQ(seconds_text(185), "3 min 5 s");
  EXPECT_EQ(seconds_text(7260), "2 h 1 min");
  EXPECT_EQ(percent_text(0.123), "12.3 %");
}

TEST(ReportFigures, CountsAgreeWithTheirNoun) {
  EXPECT_EQ(counted(1, "check", "checks"), "1 check");
  EXPECT_EQ(counted(0, "check", "checks"), "0 checks");
  EXPECT_EQ(counted(1200, "check", "checks"), "1,200 checks");
}

TEST(ReportFigures, RoundedKeepsSoManyDigits) {
  EXPECT_EQ(rounded(1.23456789, 3), 1.23);
  EXPECT_EQ(rounded(123456789, 3), 123000000);
  EXPECT_TRUE(std::isnan(rounded(NAN, 3)));
}

}  // namespace
}  // namespace bftp::report
