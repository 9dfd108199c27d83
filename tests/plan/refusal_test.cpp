#include "harness/plan/refusal.hpp"

#include <gtest/gtest.h>

namespace bftp::plan {
namespace {

TEST(Refusal, IsWrongUsage) {
  const protocol::Error error = refuse("a folder's path is wanted");
  EXPECT_EQ(error.kind, protocol::ErrorKind::invalid_input);
  EXPECT_EQ(error.message, "a folder's path is wanted");
}

TEST(Refusal, QuotesTheBeginningOfLongWords) {
  EXPECT_EQ(in_quotes("smok"), "\"smok\"");
  EXPECT_EQ(in_quotes(std::string(80, 'x')), '"' + std::string(80, 'x') + '"');
  EXPECT_EQ(in_quotes(std::string(81, 'x')), '"' + std::string(80, 'x') + "…\"");
}

}  // namespace
}  // namespace bftp::plan
