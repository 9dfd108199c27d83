#include "harness/cli/case_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(CaseCommands, SayOverWhichFilesTheServerIsToBeStarted) {
  std::vector<record::CaseOutcome> outcomes(2);
  outcomes[0].reproduce = "(printf 'a\\0') | nc 127.0.0.1 12345";
  say_over_which_files(outcomes);
  EXPECT_THAT(outcomes[0].reproduce, ::testing::StartsWith("(printf 'a\\0') | nc 127.0.0.1 12345  # "));
  EXPECT_THAT(outcomes[0].reproduce, EndsWith("cases/files.txt"));
  EXPECT_EQ(outcomes[1].reproduce, "") << "nothing to be tried";
}

TEST(CaseFilesKept, AreWhatTheCommandsAskFor) {
  const TemporaryFolder folder;
  const torture::CaseFiles files{.probe = {"probe.bin", std::string("a\0b", 3)},
                                 .long_named = torture::KnownFile{std::string(250, 'n'), "long"},
                                 .folder = torture::KnownFolder{"folder", {"in.bin", "inside"}},
                                 .outside = torture::OutsideFile{.name = "root-beside-1.bin",
                                                                 .content = "secret",
                                                                 .root_path = "/x/root",
                                                                 .folder = "probe.d",
                                                                 .link = "probe-link",
                                                                 .through_folder_link = "probe-out/in.bin"},
                                 .large = "large.bin"};
  const std::filesystem::path kept = folder / "cases" / "files";
  keep_case_files(files, kept.string());
  EXPECT_EQ(text_of(kept / "probe.bin"), std::string("a\0b", 3));
  EXPECT_EQ(text_of(kept / std::string(250, 'n')), "long");
  EXPECT_EQ(text_of(kept / "folder" / "in.bin"), "inside");
  const std::string page = text_of(kept.parent_path() / "files.txt");
  EXPECT_THAT(page, HasSubstr("head -c 16M /dev/urandom > /tmp/root/large.bin"));
  EXPECT_THAT(page, HasSubstr("ln -s /tmp/root-beside-1.bin /tmp/root/probe-link"));
  EXPECT_THAT(page, HasSubstr("ln -s /tmp/root-beside-1.bin.d /tmp/root/probe-out"));
}

}  // namespace
}  // namespace bftp::cli
