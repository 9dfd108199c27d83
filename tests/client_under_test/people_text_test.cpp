// The pure parts: visible text, words of a line, listings, progress, completion, options.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_under_test/people/completion.hpp"
#include "client_under_test/people/options.hpp"
#include "client_under_test/people/progress.hpp"
#include "client_under_test/people/visible.hpp"
#include "client_under_test/people/words.hpp"

namespace bftp::client::people {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(VisibleText, KeepsWhatCanBeShown) {
  EXPECT_EQ(visible("plain, üñí, 文件, 😀"), "plain, üñí, 文件, 😀");
}

TEST(VisibleText, EscapesWhatActsOnATerminal) {
  EXPECT_EQ(visible("\x1b[31m\r\n\t\x7f"), "\\x1b[31m\\x0d\\x0a\\x09\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\u{9b}31m")
      << "CSI as one C1 character";
  EXPECT_EQ(visible("a\u202Eb\u2028c\u2066d"), "a\\u{202e}b\\u{2028}c\\u{2066}d");
  EXPECT_EQ(visible("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(visible(std::string(1, '\0')), "\\x00");
}

TEST(VisibleText, OfAFileGoesOnAcrossBlocks) {
  const std::string text =
      "ü\n😀\x1b"
      "end\xe2\x82";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    VisibleContent content;
    auto shown = content.next(text.substr(0, cut));
    shown += content.next(text.substr(cut));
    shown += content.rest();
    EXPECT_EQ(shown, "ü\n😀\\x1bend\\xe2\\x82") << cut;
  }
}

TEST(NumbersForPeople, HaveCommasAndUnits) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(936'281), "936,281");
  EXPECT_EQ(with_commas(1'000'000), "1,000,000");
  EXPECT_EQ(human_size(1023), "1023 B");
  EXPECT_EQ(human_size(1024), "1.0 KiB");
  EXPECT_EQ(human_size(67'108'864), "64.0 MiB");
}

TEST(SplitWords, FollowsAShell) {
  EXPECT_THAT(split_words("get  a\tb").value(), ElementsAre("get", "a", "b"));
  EXPECT_THAT(split_words(R"(get 'a b' "c d" e\ f)").value(), ElementsAre("get", "a b", "c d", "e f"));
  EXPECT_THAT(split_words(R"('a\b' "c\"d\\e\f" '' x'y'z)").value(),
              ElementsAre("a\\b", "c\"d\\e\\f", "", "xyz"));
  EXPECT_THAT(split_words("  ").value(), IsEmpty());
  for (const auto* open : {"'a", "\"a", "a\\"})
    EXPECT_EQ(split_words(open).error().cause, Cause::usage) << open;
}

TEST(SplitWords, TakesEscapedWordsBack) {
  for (const std::string word : {"plain", "two words", "quo'te\"s", "back\\slash", "ü\tx"}) {
    EXPECT_THAT(split_words(escape_word(word)).value(), ElementsAre(word));
  }
}

TEST(ParseListing, ReadsEntries) {  // clause 4.3
  const auto entries = parse_listing("D 0 a\nF 5 b c\nF 9223372036854775807  d\n").value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0], (RemoteEntry{true, 0, "a"}));
  EXPECT_EQ(entries[1], (RemoteEntry{false, 5, "b c"}));
  EXPECT_EQ(entries[2], (RemoteEntry{false, 9'223'372'036'854'775'807, " d"}));
  EXPECT_THAT(parse_listing("").value(), IsEmpty());
}

TEST(ParseListing, RefusesAnythingElse) {
  for (const auto* listing : {"F 5 b", "\n", "X 5 b\n", "F b\n", "F 5\n", "F 5 \n", "F -5 b\n", "F 05 b\n",
                              "f 5 b\n", "F  5 b\n"}) {
    EXPECT_FALSE(parse_listing(listing)) << listing;
  }
}

TEST(ParseListing, TakesAMillionEntriesAndNoMore) {
  std::string listing;
  for (std::size_t entries = 0; entries < listing_entries_max; ++entries) listing += "F 0 a\n";
  EXPECT_EQ(parse_listing(listing).value().size(), listing_entries_max);
  const auto longer = parse_listing(listing + "F 0 a\n");
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().cause, Cause::connection);
  EXPECT_THAT(longer.error().message, HasSubstr("more than 1,000,000 entries"));
}

TEST(ProgressLine, FitsTheTerminal) {
  const auto line = progress_line("db.csv", 45 << 20, 100 << 20, 1s, 100);
  EXPECT_THAT(line, AllOf(HasSubstr("db.csv"), HasSubstr("45 %"), HasSubstr("[=========>"),
                          HasSubstr("45.0 MiB/s"), HasSubstr("0:01 left")));
  const auto wide_name = progress_line(std::string(200, 'n'), 1, 2, 1s, 80);
  EXPECT_LE(wide_name.size(), 80U);
  EXPECT_THAT(wide_name, HasSubstr("50 %"));
  EXPECT_LE(progress_line("x", 1, 2, 1s, 10).size(), 10U);
}

TEST(ProgressLine, ShortensTheBarBeforeTheName) {
  const auto usual = progress_line("db.csv", 45 << 20, 100 << 20, 1s, 80);
  EXPECT_THAT(usual, AllOf(StartsWith("db.csv   45 %  ["), HasSubstr("0:01 left"))) << usual;
  EXPECT_LE(usual.size(), 80U);
  const std::string path = "results/2024/db.csv";
  EXPECT_THAT(progress_line(path, 45 << 20, 100 << 20, 1s, 80),
              AllOf(StartsWith(path + "   45 %  45.0 MiB of"), HasSubstr("0:01 left")))
      << "no room for a bar";
  EXPECT_THAT(progress_line("a/long/way/to/" + path, 45 << 20, 100 << 20, 1s, 80),
              AllOf(StartsWith("..."), HasSubstr("/2024/db.csv   45 %"), HasSubstr("0:01 left")));
  EXPECT_THAT(progress_line(path, 45 << 20, 100 << 20, 1s, 60),
              AllOf(StartsWith(path + "   45 %  ["), Not(HasSubstr("left"))))
      << "the rate makes room for the name";
  EXPECT_TRUE(protocol::is_utf8(progress_line("ääääääääääääääääääääääääää", 1, 2, 1s, 60)));
}

TEST(ProgressLine, KnowsItsLimits) {
  EXPECT_THAT(progress_line("empty", 0, 0, 0s, 100), AllOf(HasSubstr("100 %"), Not(HasSubstr("left"))));
  EXPECT_THAT(progress_line("too much", 3, 2, 1s, 100), HasSubstr("100 %"));
  EXPECT_THAT(progress_line("slow", 1, 1ULL << 60, 1000s, 100), HasSubstr("5999:59 left"));
  EXPECT_THAT(progress_line("\x1b", 1, 2, 1s, 100), Not(HasSubstr("\x1b")));
}

TEST(ProgressBar, IsSilentWithoutATerminal) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    Progress progress(nullptr, 80, "x", 10);
    progress.advance(10);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

std::vector<KnownName> some_names(Names where, const std::string& folder) {
  if (where == Names::local) return {{"local", false}};
  if (folder == "sub/") return {{"one", false}, {"other", true}};
  return {{"oliver twist.txt", false}, {"sub", true}, {"sum", false},
          {"esc\x1b[m", false},        {"ä", false},  {"ö", false}};
}

TEST(CompleteWord, KnowsCommands) {
  EXPECT_EQ(complete("hel", some_names).replacement, "help ");
  EXPECT_THAT(complete("l", some_names).candidates, ElementsAre("lcd", "ls"));
  EXPECT_EQ(complete("mk", some_names).replacement, "mkdir ");
  EXPECT_EQ(complete("zzz", some_names).replacement, "zzz");
}

TEST(CompleteWord, KnowsNamesOfTheServer) {
  EXPECT_EQ(complete("get ol", some_names).replacement, "oliver\\ twist.txt ");
  const auto quoted = complete("get 'oliver t", some_names);
  EXPECT_EQ(quoted.replacement, "oliver\\ twist.txt ");
  EXPECT_EQ(quoted.replace_from, 4U);
  const auto several = complete("get su", some_names);
  EXPECT_EQ(several.replacement, "su");
  EXPECT_THAT(several.candidates, ElementsAre("sub/", "sum"));
  EXPECT_EQ(complete("cd sub", some_names).replacement, "sub/");
  EXPECT_EQ(complete("get sub/o", some_names).replacement, "sub/o");
  EXPECT_EQ(complete("get sub/on", some_names).replacement, "sub/one ");
}

TEST(CompleteWord, KnowsNamesOfThisMachine) {
  EXPECT_EQ(complete("put l", some_names).replacement, "local ");
}

TEST(CompleteWord, OffersNothingThatCannotBeShown) {
  EXPECT_EQ(complete("get esc", some_names).replacement, "esc");
  EXPECT_EQ(complete("pwd x", some_names).replacement, "x");
  EXPECT_EQ(complete("get ",
                     [](Names, const std::string&) {
                       return std::vector<KnownName>{{"ä", false}, {"ö", false}};
                     })
                .replacement,
            "")
      << "no half of a character";
}

Options options(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  const auto* nothing = std::get_if<NothingToRun>(&parsed);
  EXPECT_EQ(nothing, nullptr) << nothing->text;
  return nothing == nullptr ? std::get<Options>(parsed) : Options{};
}

int status(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  const auto* nothing = std::get_if<NothingToRun>(&parsed);
  return nothing == nullptr ? -1 : nothing->status;
}

TEST(CommandLine, TakesAServerAndACommand) {
  const auto all = options({"-q", "--timeout", "5", "example.org:80", "get", "-c", "a", "--", "-b"});
  EXPECT_EQ(all.endpoint, (protocol::Endpoint{"example.org", 80}));
  EXPECT_TRUE(all.quiet);
  EXPECT_EQ(all.waits.idle, 5s);
  EXPECT_THAT(all.command, ElementsAre("get", "-c", "a", "--", "-b"));
}

TEST(CommandLine, HasADefaultForEverything) {
  EXPECT_EQ(options({}).endpoint, (protocol::Endpoint{"127.0.0.1", 12'345}));
  EXPECT_THAT(options({}).command, IsEmpty());
  EXPECT_THAT(options({"ls"}).command, ElementsAre("ls"));
  EXPECT_EQ(options({"host"}).endpoint, (protocol::Endpoint{"host", 12'345}));
  EXPECT_EQ(options({"7"}).endpoint, (protocol::Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(options({"[::1]"}).endpoint, (protocol::Endpoint{"::1", 12'345}));
  EXPECT_EQ(options({"[::1]:9"}).endpoint, (protocol::Endpoint{"::1", 9}));
}

TEST(CommandLine, RefusesTheRestWith64) {
  EXPECT_EQ(status({"--zork"}), 64);
  EXPECT_EQ(status({"host", "frobnicate"}), 64);
  EXPECT_EQ(status({"host:99999"}), 64);
  EXPECT_EQ(status({"--timeout", "0"}), 64);
  EXPECT_EQ(status({"--timeout", "soon"}), 64);
}

TEST(CommandLine, NamesTheCommandThatMayBeMeant) {
  const auto said = [](const std::vector<std::string>& arguments) {
    return std::get<NothingToRun>(parse_options(arguments)).text;
  };
  EXPECT_THAT(said({"12345", "gte", "a"}), HasSubstr("unknown command gte, did you mean get?"));
  EXPECT_THAT(said({"gte", "a"}), HasSubstr("gte is taken for the host, did you mean the command get?"));
}

TEST(CommandLine, Helps) {
  const auto parsed = parse_options({"--help"});
  const auto& help = std::get<NothingToRun>(parsed);
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.text, AllOf(HasSubstr("[HOST[:PORT]] [COMMAND"), HasSubstr("Exit status: 0"),
                               HasSubstr("mkdir FOLDER")));
  EXPECT_EQ(status({"--version"}), 0);
}

}  // namespace
}  // namespace bftp::client::people
