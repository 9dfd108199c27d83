#include "protocol/command_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::protocol::command_words_test {
namespace {

using ::testing::ElementsAre;
using Kind = CommandPiece::Kind;

TEST(CommandWords, AreTakenPieceByPiece) {
  std::string_view word = "a{{b}}{port}c";
  std::vector<std::pair<Kind, std::string>> pieces;
  while (!word.empty()) {
    const auto piece = take_piece(word);
    pieces.emplace_back(piece.kind, piece.content);
  }
  EXPECT_THAT(pieces, ElementsAre(std::pair(Kind::text, "a"), std::pair(Kind::text, "{"),
                                  std::pair(Kind::text, "b"), std::pair(Kind::text, "}"),
                                  std::pair(Kind::placeholder, "port"), std::pair(Kind::text, "c")));
}

TEST(CommandWords, KnowABraceThatNeverCloses) {
  std::string_view word = "{port";
  EXPECT_EQ(take_piece(word).kind, Kind::unclosed);
  EXPECT_TRUE(word.empty());
}

TEST(CommandWords, AreFilledInOnce) {
  EXPECT_THAT(substitute(std::vector<std::string>{"x", "http://{host}:{port}/{remote}", "{{x}}"},
                         {{"host", "h"}, {"port", "1"}, {"remote", "{host} a"}}),
              ElementsAre("x", "http://h:1/{host} a", "{x}"));
  EXPECT_EQ(substitute("{unknown}", {}), "unknown");
}

}  // namespace
}  // namespace bftp::protocol::command_words_test
