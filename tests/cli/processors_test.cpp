#include "harness/cli/processors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Processors, AreSplitInHalves) {
  const ProcessorSplit two = split_processors({0, 1});
  EXPECT_THAT(two.servers, ElementsAre(0));
  EXPECT_THAT(two.clients, ElementsAre(1));
  const ProcessorSplit five = split_processors({2, 3, 5, 7, 11});
  EXPECT_THAT(five.servers, ElementsAre(2, 3));
  EXPECT_THAT(five.clients, ElementsAre(5, 7, 11));
}

TEST(Processors, AreSharedWhenThereIsOne) {
  EXPECT_THAT(split_processors({3}).servers, IsEmpty());
  EXPECT_THAT(split_processors({3}).clients, IsEmpty());
  EXPECT_THAT(split_processors({}).servers, IsEmpty());
}

TEST(Processors, AreThoseThatWeMayUse) {
  EXPECT_FALSE(usable_processors().empty());
}

}  // namespace
}  // namespace bftp::cli
