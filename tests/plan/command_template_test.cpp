#include "harness/plan/command_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
  const auto argv = parse_command(text, server_placeholders());
  EXPECT_FALSE(argv) << text;
  return argv ? "" : argv.error().message;
}

TEST(SplitCommand, HonoursQuotesAndBackslashes) {
  EXPECT_THAT(split_command("python3 server.py  --port\t{port}\n--root {root} ").value(),
              ElementsAre("python3", "server.py", "--port", "{port}", "--root", "{root}"));
  EXPECT_THAT(split_command("'my server' \"a b\" c\\ d").value(), ElementsAre("my server", "a b", "c d"));
  EXPECT_THAT(split_command("a'b'\"c\"d").value(), ElementsAre("abcd"));
  EXPECT_THAT(split_command("a '' \"\"").value(), ElementsAre("a", "", ""));
  EXPECT_THAT(split_command(R"(a "say \"hi\" \\ \$x \n" 'no \ escape')").value(),
              ElementsAre("a", R"(say "hi" \ $x \n)", R"(no \ escape)"));
  EXPECT_THAT(split_command("a b\\\nc").value(), ElementsAre("a", "bc")) << "a quoted line end vanishes";
  EXPECT_THAT(split_command("grüße 日本").value(), ElementsAre("grüße", "日本"));
}

TEST(SplitCommand, PassesOnWhatAShellWouldNotTouch) {
  EXPECT_THAT(split_command("java -jar s.jar --url=http://a/?b&c=d 5$ a~b x=y").value(),
              ElementsAre("java", "-jar", "s.jar", "--url=http://a/?b&c=d", "5$", "a~b", "x=y"));
  EXPECT_THAT(split_command("sh -c 'PORT={port} ./server | tee $HOME/log'").value(),
              ElementsAre("sh", "-c", "PORT={port} ./server | tee $HOME/log"));
  EXPECT_THAT(split_command(R"(echo \$HOME "|" ';' \| \~/x '`')").value(),
              ElementsAre("echo", "$HOME", "|", ";", "|", "~/x", "`"));
}

TEST(SplitCommand, RefusesWhatNeedsAShell) {
  for (const auto* text : {"./server | tee log", "./server > log", "./server & ", "cd x && ./server",
                           "cd x; ./server", "./server 2>&1"})
    EXPECT_THAT(refusal(text), HasSubstr("sh -c")) << text;
  EXPECT_THAT(refusal("PORT={port} ./server"), HasSubstr("write env PORT={port}"));
  EXPECT_THAT(refusal("./server $PORT"), HasSubstr("not expanded"));
  EXPECT_THAT(refusal("./server \"${PORT}\""), HasSubstr("not expanded"));
  EXPECT_THAT(refusal("./server `hostname`"), HasSubstr("no shell"));
  EXPECT_THAT(refusal("~/server"), HasSubstr("whole path"));
}

TEST(SplitCommand, RefusesWhatIsNotWhole) {
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal(" \t\n"), HasSubstr("empty"));
  EXPECT_THAT(refusal("''"), HasSubstr("empty word"));
  EXPECT_THAT(refusal("a 'b"), HasSubstr("closing '"));
  EXPECT_THAT(refusal("a \"b"), HasSubstr("closing \""));
  EXPECT_THAT(refusal("a \\"), HasSubstr("backslash"));
  EXPECT_THAT(refusal(std::string_view("a\0b", 3)), HasSubstr("NUL"));
  EXPECT_THAT(refusal(std::string(70'000, 'a')), HasSubstr("64 KiB"));
}

TEST(ParseCommand, KnowsItsPlaceholders) {
  EXPECT_TRUE(parse_command("s {host}:{port} --root={root}", server_placeholders()));
  EXPECT_THAT(refusal("s {prot}"), testing::AllOf(HasSubstr("{prot}"), HasSubstr("{host} {port} {root}"),
                                                  HasSubstr("did you mean {port}?")));
  EXPECT_THAT(refusal("s {remote}"), HasSubstr("unknown"));
  EXPECT_TRUE(parse_command("c {op} {remote} {local} {host} {port}", client_placeholders()));
  EXPECT_THAT(refusal("s {}"), HasSubstr("{{ stands for a brace"));
  EXPECT_THAT(refusal("awk '{print $1}'"), HasSubstr("{{ stands for a brace"));
  EXPECT_THAT(refusal("s {port"), HasSubstr("no closing }"));
}

TEST(Substitute, FillsInWithoutSplittingAgain) {
  const auto argv =
      parse_command("s {host}:{port} --root={root} '{{\"a\": {port}}}' }", server_placeholders()).value();
  EXPECT_THAT(substitute(argv, {{"host", "::1"}, {"port", "4711"}, {"root", "/tmp/a b/{port} $x"}}),
              ElementsAre("s", "::1:4711", "--root=/tmp/a b/{port} $x", "{\"a\": 4711}", "}"));
}

TEST(QuoteCommand, IsSplitBackIntoTheSame) {
  const std::vector<std::string> argv{"s",   "",      "a b",    "it's",      "$x `y` \\ \"z\"",
                                      "~/x", "| tee", "{port}", "line\nend", "ü"};
  EXPECT_EQ(split_command(quote_command(argv)).value(), argv);
  EXPECT_EQ(quote_command({"python3", "server.py", "--port", "{port}"}), "python3 server.py --port {port}");
}

}  // namespace
}  // namespace bftp::plan
