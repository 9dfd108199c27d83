#include "harness/record/warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::record {
namespace {

using ::testing::HasSubstr;

TEST(Warnings, AreKeptOnce) {
  std::vector<Warning> warnings;
  const std::vector<Warning> more{{"a", "one"}, {"a", "two"}, {"a", "one"}, {"b", "one"}};
  note(warnings, more);
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_EQ(warnings[1].text, "two");
  EXPECT_EQ(warnings[2].id, "b");
}

TEST(Warnings, OfAKindAreBoundedAndSaySo) {
  std::vector<Warning> warnings;
  for (int i = 0; i < 1000; ++i) note(warnings, Warning{"worker.stopped", "worker " + std::to_string(i)});
  note(warnings, Warning{"clock.jump", "another kind"});
  ASSERT_EQ(warnings.size(), warnings_of_a_kind_max + 2);
  EXPECT_EQ(warnings[warnings_of_a_kind_max].id, "worker.stopped");
  EXPECT_THAT(warnings[warnings_of_a_kind_max].text, HasSubstr("not listed"));
  EXPECT_EQ(warnings.back().id, "clock.jump");
}

}  // namespace
}  // namespace bftp::record
