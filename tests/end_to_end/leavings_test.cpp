// What a server leaves beside its answers: temporary files, and more words than anybody reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A start script: does `first`, with $TMPDIR set, and becomes the reference server.
std::string after(const std::string& first) {
  return "sh -c '" + first + "; exec " + executable("bftpd") + " --port $1 --root $2' sh {port} {root}";
}

Outcome run(const TemporaryFolder& folder, const std::string& server,
            const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"--no-control", "--iterations", "3", "--server", server};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return torture(short_run(folder, arguments), folder);
}

TEST(TemporaryFiles, OfAServerLieInAFolderOfItsOwnThatGoes) {
  const TemporaryFolder folder;
  const auto note = folder.file("note");
  const auto outcome =
      run(folder, after("stat -c %a:%n $TMPDIR >" + note + "; head -c 20000000 /dev/urandom >$TMPDIR/left"));
  EXPECT_NE(outcome.code, 1) << "a warning: " << outcome.out << outcome.err;
  const auto said = read_file(note);
  EXPECT_THAT(said, AllOf(HasSubstr("700:"), HasSubstr("bftp-torture-")));
  const auto path = said.substr(4, said.find('\n') - 4);
  EXPECT_FALSE(std::filesystem::exists(path)) << path;
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(path).parent_path()));
  EXPECT_EQ(statuses(folder.file("reports/latest"))["handles.files"], "warn") << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("19.1 MiB of temporary files"));
}

TEST(TemporaryFiles, BeyondTheirBoundEndTheRun) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("plan.toml")) << "[server]\ntemporary_max = \"1MiB\"\n";
  const auto outcome =
      run(folder, after("head -c 3000000 /dev/urandom >$TMPDIR/left"), {"--plan", folder.file("plan.toml")});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["handles.files"], "fail") << outcome.out;
  EXPECT_THAT(read_file(folder.file("reports/latest/run.json")),
              AllOf(HasSubstr("more than 1 MiB (server.temporary_max), and was ended"),
                    HasSubstr("\"outgrown\": true")));
}

/// Under the names of the files that cases ask for: a FIFO must not hold us up, a link not be written
/// through.
TEST(Root, TrapsInItDoNotCatchTheHarness) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("victim")) << "mine";
  const auto outcome =
      run(folder, after("mkfifo $2/framing-probe.bin; ln -s " + folder.file("victim") +
                        " $2/probe-large.bin; mkdir -p $2/framing-folder/framing-inside.bin"));
  EXPECT_NE(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["framing.byte_by_byte"], "pass") << outcome.out;
  EXPECT_EQ(read_file(folder.file("victim")), "mine");
}

TEST(Output, BeyondWhatIsKeptIsSaid) {
  const TemporaryFolder folder;
  const auto outcome = run(folder, after("head -c 9000000 /dev/zero >&2"));
  EXPECT_NE(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(std::filesystem::file_size(folder.file("reports/latest/server.err")), 8u << 20);
  EXPECT_EQ(statuses(folder.file("reports/latest"))["harness.warnings"], "warn");
  EXPECT_THAT(read_file(folder.file("reports/latest/run.json")), HasSubstr("server.output_capped"));
  const TemporaryFolder other;
  run(other, after(":"));
  EXPECT_THAT(read_file(other.file("reports/latest/run.json")), Not(HasSubstr("server.output_capped")));
}

}  // namespace
}  // namespace bftp::end_to_end
