#include "harness/record/likeness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::record {
namespace {

using ::testing::HasSubstr;

Machine machine() {
  Machine machine;
  machine.hostname = "a";
  machine.kernel = "6.1.0-18-amd64";
  machine.cpu_model = "CPU";
  machine.cores = 2;
  machine.memory_bytes = 8'000'000'000;
  return machine;
}

TEST(Likeness, AMachineIsLikeItself) {
  EXPECT_TRUE(unlike(machine(), machine()).empty());
}

TEST(Likeness, WhatDoesNotMatterIsNoDifference) {
  Machine other = machine();
  other.hostname = "b";
  other.kernel = "6.1.90-cloud";
  other.memory_bytes = 7'900'000'000;
  other.cpu_source = "/proc";
  EXPECT_TRUE(unlike(machine(), other).empty());
}

TEST(Likeness, NamesEachFieldThatDiffers) {
  Machine other = machine();
  other.kernel = "6.10.0";
  other.cpu_model = "Other";
  other.cores = 4;
  other.memory_bytes = 16'000'000'000;
  other.sha_extensions = true;
  const auto differences = unlike(machine(), other);
  ASSERT_EQ(differences.size(), 5u);
  EXPECT_EQ(differences[0].field, "cpu_model");
  EXPECT_EQ(differences[3].here, "6.1");
  EXPECT_EQ(differences[3].there, "6.10");
  EXPECT_THAT(in_words(differences), HasSubstr("cpu_model is \"CPU\" here and \"Other\" there; "));
  EXPECT_THAT(in_words(differences), HasSubstr("and 2 more"));
}

TEST(Likeness, WorkIsWhatIsMeasuredNotHowItIsNamed) {
  plan::Plan a;
  a.fixtures = {"x.bin"};
  plan::Plan b = a;
  b.seed = 99;
  b.name = "other";
  b.reports_folder = "/elsewhere";
  b.command_line = "bftp-torture run --seed 99";
  b.server.command = "./other";
  EXPECT_EQ(digest_of(work_of(a)), digest_of(work_of(b)));
  EXPECT_TRUE(unlike(work_of(a), work_of(b)).empty());
  b.clients.count = 9;
  b.rate_per_s = 50;
  EXPECT_NE(digest_of(work_of(a)), digest_of(work_of(b)));
  ASSERT_EQ(unlike(work_of(a), work_of(b)).size(), 2u);
}

TEST(Likeness, AFieldThatOnlyOneHasIsADifference) {
  EXPECT_EQ(unlike(Work{{"a", "1"}}, Work{}).size(), 1u);
  EXPECT_EQ(unlike(Work{}, Work{{"a", "1"}}).size(), 1u);
}

}  // namespace
}  // namespace bftp::record
