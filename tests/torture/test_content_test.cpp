#include "harness/torture/test_content.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/torture/large_file.hpp"

namespace bftp::torture::test_content_test {
namespace {

TEST(TestContent, IsTheSameFromWhereverItIsTaken) {
  const auto whole = test_content(0, 1'000, 1);
  for (const std::size_t offset : {0u, 1u, 7u, 8u, 13u, 992u, 999u})
    for (const std::size_t size : {0u, 1u, 8u, 500u}) {
      const auto part = whole.substr(offset, size);
      EXPECT_EQ(test_content(offset, part.size(), 1), part) << offset << " " << size;
    }
}

TEST(TestContent, HasNoBlockTwice) {
  const auto content = test_content(0, 8u << 20, 0);
  std::set<std::string> blocks;
  constexpr std::size_t block = 512;
  for (std::size_t at = 0; at < content.size(); at += block) blocks.insert(content.substr(at, block));
  EXPECT_EQ(blocks.size(), content.size() / block);
}

TEST(TestContent, DiffersInEachByteFromThatOfAnotherKind) {
  for (unsigned one = 0; one < 4; ++one)
    for (unsigned other = 0; other < one; ++other) {
      const auto left = test_content(5, 10'000, one), right = test_content(5, 10'000, other);
      for (std::size_t at = 0; at < left.size(); ++at) ASSERT_NE(left[at], right[at]);
    }
}

TEST(LargeFile, IsComparedToItsLastByte) {
  CaseFiles files;
  std::string came = placed_large_part(0, large_bytes_placed + 1);
  EXPECT_EQ(came.size(), large_bytes_placed);
  EXPECT_EQ(first_wrong_byte(files, "whatever"), std::nullopt) << "nobody knows what is in it";
  files.large_part = placed_large_part;
  EXPECT_EQ(first_wrong_byte(files, came), std::nullopt);
  EXPECT_EQ(first_wrong_byte(files, ""), 0U);
  EXPECT_EQ(first_wrong_byte(files, came + "x"), large_bytes_placed);
  came.back() ^= 1;
  EXPECT_EQ(first_wrong_byte(files, came), large_bytes_placed - 1);
  came.pop_back();
  EXPECT_EQ(first_wrong_byte(files, came), large_bytes_placed - 1);
  came[70'000] ^= 1;
  EXPECT_EQ(first_wrong_byte(files, came), 70'000U);
}

}  // namespace
}  // namespace bftp::torture::test_content_test
