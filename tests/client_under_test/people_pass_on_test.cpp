#include "client_under_test/people/pass_on.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::HasSubstr;

class PassOn : public testing::SessionTest {};

TEST_F(PassOn, TakesADashForTheStandardOutput) {
  const auto content = testing::pattern(3'000'001);
  server.put_file("/a", content);
  std::ostringstream terminal;
  session.terminal = &terminal;
  EXPECT_EQ(run("get a -"), 0) << failure.message;
  EXPECT_EQ(out.str(), content);
  EXPECT_EQ(messages.str() + terminal.str(), "") << "nothing but the content";
  EXPECT_EQ(run("get -c a -"), 64);
  EXPECT_EQ(run("get -r a -"), 64);
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST_F(PassOn, ShowsAFileAsItIsWhenNobodyWatches) {
  server.put_file("/a", std::string("\x1b[31m\0\xff", 7));
  EXPECT_EQ(run("cat a"), 0);
  EXPECT_EQ(out.str(), std::string("\x1b[31m\0\xff", 7));
}

TEST_F(PassOn, ShowsAFileEscapedOnATerminal) {
  session.out_is_terminal = true;
  server.put_file("/a", "\x1b[31mred\ttab\nü\xff");
  EXPECT_EQ(run("cat a"), 0);
  EXPECT_EQ(out.str(), "\\x1b[31mred\ttab\nü\\xff");
}

TEST_F(PassOn, TellsWhenTheOutputIsFull) {
  server.put_file("/a", "content");
  out.setstate(std::ios::badbit);
  EXPECT_EQ(run("cat a"), 3);
}

TEST_F(PassOn, TellsThatTheServerClosedEarly) {
  server.put_file("/a", "0123456789");
  server.cut_next_stream(5);
  EXPECT_EQ(run("cat a"), 2);
  EXPECT_THAT(failure.message, HasSubstr("before the file's end"));
}

}  // namespace
}  // namespace bftp::client::people
