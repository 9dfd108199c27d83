#include "protocol/suggest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace bftp::protocol {
namespace {

const std::vector<std::string> models{"iterative", "fork", "thread", "pool", "epoll"};

TEST(EditDistance, CountsSlips) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("smoke", "smkoe"), 1u) << "a swap is one slip";
  EXPECT_EQ(edit_distance("ca", "abc"), 3u) << "optimal string alignment edits no part twice";
  EXPECT_EQ(edit_distance("epoll", "epol"), edit_distance("epol", "epoll"));
}

TEST(Nearest, FindsSlipsAndBeginnings) {
  EXPECT_EQ(nearest("epol", models), "epoll");
  EXPECT_EQ(nearest("EPOLL", models), "epoll");
  EXPECT_EQ(nearest("ofrk", models), "fork");
  EXPECT_EQ(nearest("iter", models), "iterative");
}

TEST(Nearest, InventsNothing) {
  EXPECT_EQ(nearest("quicksort", models), std::nullopt);
  EXPECT_EQ(nearest("", models), std::nullopt);
  EXPECT_EQ(nearest("xy", models), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'a'), models), std::nullopt);
  EXPECT_EQ(nearest("a", {}), std::nullopt);
}

TEST(Hint, SuggestsOrLists) {
  EXPECT_EQ(hint("thraed", models), "did you mean \"thread\"?");
  EXPECT_EQ(hint("zzz", models), "right are: iterative, fork, thread, pool, epoll");
  EXPECT_THAT(hint("zzz", std::vector<std::string>(30, "word")), ::testing::EndsWith(", …"));
}

}  // namespace
}  // namespace bftp::protocol
