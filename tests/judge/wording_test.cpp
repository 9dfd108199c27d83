#include "harness/judge/wording.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace bftp::judge {
namespace {

TEST(Wording, NumbersHaveThreeDigitsThatCount) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(1), "1");
  EXPECT_EQ(number(1.2345), "1.23");
  EXPECT_EQ(number(0.0042), "0.0042");
  EXPECT_EQ(number(17412), "17412");
  EXPECT_EQ(number(120), "120");
  EXPECT_EQ(number(-3.5), "-3.5");
}

TEST(Wording, Units) {
  EXPECT_EQ(percent(0.0213), "2.1 %");
  EXPECT_EQ(percent(0.003), "0.30 %");
  EXPECT_EQ(percent(0), "0 %");
  EXPECT_EQ(percent(0.5), "50 %");
  EXPECT_EQ(milliseconds(0.42), "0.42 ms");
  EXPECT_EQ(milliseconds(1200), "1.2 s");
  EXPECT_EQ(bytes(812), "812 B");
  EXPECT_EQ(bytes(65536), "64 KiB");
  EXPECT_EQ(bytes(-1572864), "-1.5 MiB");
}

TEST(Wording, Counts) {
  EXPECT_EQ(counted(1, "transfer"), "1 transfer");
  EXPECT_EQ(counted(20, "transfer"), "20 transfers");
  EXPECT_EQ(counted(2, "copy"), "2 copies");
  EXPECT_EQ(joined({"a", "b", "c"}), "a, b and c");
}

TEST(Wording, WhatAServerPrintsIsMadeHarmless) {
  EXPECT_EQ(quoted("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(quoted("0123456789", 4), "0123…");
  EXPECT_EQ(quoted("aä", 2), "a…");  // no half of a UTF-8 character
}

TEST(Wording, ReproduceAddsWhatIsMissing) {
  record::RunRecord record;
  record.plan.seed = 42;
  record.plan.command_line = "bftp-torture run";
  EXPECT_EQ(reproduce(record, "two words.txt"), "bftp-torture run --seed 42 --fixtures 'two words.txt'");
  record.plan.command_line = "bftp-torture run --seed 7 --fixtures=db.csv";
  EXPECT_EQ(reproduce(record, "db.csv"), "bftp-torture run --seed 7 --fixtures=db.csv");
  record.plan.command_line = "bftp-torture run --server './s --seed 5 --fixtures x {port}'";
  EXPECT_EQ(reproduce(record, "db.csv"), record.plan.command_line + " --seed 42 --fixtures db.csv")
      << "the server's options are not the run's";
}

TEST(Wording, PicturesAreThinnedButKeepOutliers) {
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 0; i < 100'000; ++i) {
    x.push_back(i);
    y.push_back(i == 54'321 ? 1e6 : 1);
  }
  y[7] = std::numeric_limits<double>::quiet_NaN();
  const Series series = picture("t", "x", "y", x, y);
  EXPECT_LE(series.x.size(), 1000u);
  EXPECT_EQ(*std::max_element(series.y.begin(), series.y.end()), 1e6);
}

}  // namespace
}  // namespace bftp::judge
