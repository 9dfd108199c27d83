#include "server_under_test/logging_service.hpp"

#include <gtest/gtest.h>

namespace bftp::server::testing {
namespace {

TEST(QuoteForLog, LeavesPlainTextAndEscapesTheRest) {
  EXPECT_EQ(quote_for_log("/a b/c.txt"), "\"/a b/c.txt\"");
  EXPECT_EQ(quote_for_log("\x1b[31m\n"), "\"\\x1b[31m\\x0a\"");
  EXPECT_EQ(quote_for_log("\"\\"), "\"\\x22\\x5c\"");
  EXPECT_EQ(quote_for_log("é"), "\"\\xc3\\xa9\"");
}

TEST(LogFile, ThatCannotBeWrittenIsAnError) {
  const auto log = LogFile::open("/nonexistent/folder/log");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find("/nonexistent/folder/log"), std::string::npos);
}

}  // namespace
}  // namespace bftp::server::testing
