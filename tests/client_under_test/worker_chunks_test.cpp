#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_under_test/worker/chunks.hpp"

namespace bftp::client::worker {
namespace {

using ::testing::HasSubstr;

struct Decoded {
  std::string content;
  ChunkDecoder decoder;
};

/// Decodes `coded` in pieces of `step` bytes.
Decoded decoded(std::string_view coded, std::size_t step) {
  Decoded result;
  for (std::size_t at = 0; at < coded.size(); at += step) {
    std::string piece(coded.substr(at, step));
    const auto size = result.decoder.decode(std::as_writable_bytes(std::span(piece)));
    result.content += piece.substr(0, size);
  }
  return result;
}

constexpr std::string_view good = "4\r\nWiki\r\n7;name=\"v\"\r\npedia i\r\nB\r\nn \r\nchunks.\r\n0\r\n\r\n";

TEST(WorkerChunks, AreTakenOffWhereverThePiecesAreCut) {
  for (std::size_t step = 1; step <= good.size(); ++step) {
    const auto result = decoded(good, step);
    EXPECT_EQ(result.content, "Wikipedia in \r\nchunks.") << step;
    EXPECT_TRUE(result.decoder.ended()) << step;
    EXPECT_EQ(result.decoder.bytes_behind(), 0u);
  }
}

TEST(WorkerChunks, EndOnlyWithTheLastLine) {
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(decoded(good.substr(0, size), 64).decoder.ended()) << size;
}

TEST(WorkerChunks, TrailersAndLoneLineFeedsAreTaken) {
  const auto result = decoded("00A\n0123456789\n0\nExpires: never\nX: y\n\n", 3);
  EXPECT_EQ(result.content, "0123456789");
  EXPECT_TRUE(result.decoder.ended());
}

TEST(WorkerChunks, WhatComesBehindIsCounted) {
  const auto result = decoded("1\r\nx\r\n0\r\n\r\nHTTP/1.1", 5);
  EXPECT_EQ(result.content, "x");
  EXPECT_EQ(result.decoder.bytes_behind(), 8u);
}

TEST(WorkerChunks, NonsenseIsNamed) {
  const struct {
    const char* coded;
    const char* complaint;
  } cases[] = {
      {"xyz", "where a chunk's size"},         {"\r\n", "where a chunk's size"},
      {"4x\r\n", "in a chunk's size"},         {"ffffffffffffffff\r\n", "too many digits"},
      {"4\r\nWikipedia", "a line end is due"}, {"1\r\nx\r\r\n", "a line end is due"},
      {"-1\r\n", "where a chunk's size"},
  };
  for (const auto& each : cases) {
    const auto result = decoded(each.coded, 2);
    EXPECT_THAT(result.decoder.complaint(), HasSubstr(each.complaint)) << each.coded;
    EXPECT_FALSE(result.decoder.ended());
  }
}

TEST(WorkerChunks, EndlessLinesAreCut) {
  EXPECT_FALSE(decoded("1;" + std::string(5'000, 'e'), 512).decoder.complaint().empty());
  EXPECT_FALSE(decoded("0\r\n" + std::string(70'000, 't'), 512).decoder.complaint().empty());
  EXPECT_FALSE(decoded(std::string(70'000, '0'), 512).decoder.complaint().empty());
}

}  // namespace
}  // namespace bftp::client::worker
