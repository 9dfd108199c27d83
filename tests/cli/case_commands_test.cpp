#include "harness/cli/case_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace bftp::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

record::RunRecord with_command(std::string command) {
  record::RunRecord record;
  record::CaseOutcome outcome;
  outcome.reproduce = std::move(command);
  record.cases.push_back(std::move(outcome));
  return record;
}

TEST(CaseCommands, SayOverWhichFilesTheServerIsToBeStarted) {
  auto record = with_command("(printf 'a\\0') | nc 127.0.0.1 12345");
  complete_commands(record);
  EXPECT_THAT(record.cases[0].reproduce, ::testing::StartsWith("(printf 'a\\0') | nc 127.0.0.1 12345  # "));
  EXPECT_THAT(record.cases[0].reproduce, EndsWith("cases/files.txt"));
  auto none = with_command("");
  complete_commands(none);
  EXPECT_EQ(none.cases[0].reproduce, "");
}

TEST(CaseCommands, NameAnAttachedServerEveryTime) {
  auto record =
      with_command("(sleep 60) | nc 127.0.0.1 12345 | sleep 60 & sleep 1; (printf 'a') | nc 127.0.0.1 12345");
  record.plan.server.kind = plan::ServerKind::attached;
  record.plan.server.attach_to = {.host = "10.0.0.7", .port = 21};
  complete_commands(record);
  EXPECT_EQ(record.cases[0].reproduce,
            "(sleep 60) | nc 10.0.0.7 21 | sleep 60 & sleep 1; (printf 'a') | nc 10.0.0.7 21");
}

TEST(CaseFilesKept, AreWhatTheCommandsAskFor) {
  std::string folder = (std::filesystem::temp_directory_path() / "bftp-case-files-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
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
  const std::filesystem::path kept = std::filesystem::path(folder) / "cases" / "files";
  keep_case_files(files, kept.string());
  EXPECT_EQ(text_of(kept / "probe.bin"), std::string("a\0b", 3));
  EXPECT_EQ(text_of(kept / std::string(250, 'n')), "long");
  EXPECT_EQ(text_of(kept / "folder" / "in.bin"), "inside");
  const std::string page = text_of(kept.parent_path() / "files.txt");
  EXPECT_THAT(page, HasSubstr("truncate -s 16M /tmp/root/large.bin"));
  EXPECT_THAT(page, HasSubstr("ln -s /tmp/root-beside-1.bin /tmp/root/probe-link"));
  EXPECT_THAT(page, HasSubstr("ln -s /tmp/root-beside-1.bin.d /tmp/root/probe-out"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace bftp::cli
