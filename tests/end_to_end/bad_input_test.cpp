// What bad input gets: an exit code that scripts can rely on, and a message that says what is wrong and what
// would be right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct WrongUsage {
  const char* name;
  std::vector<std::string> arguments;
  const char* message;
};

class Usage : public ::testing::TestWithParam<WrongUsage> {};

TEST_P(Usage, Exits64AndSaysWhatWouldBeRight) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(GetParam().arguments, folder);
  EXPECT_EQ(outcome.code, 64) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(GetParam().message));
  EXPECT_THAT(outcome.out, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Wrong, Usage,
    ::testing::Values(
        WrongUsage{"Option", {"run", "--itertions", "3"}, "Did you mean --iterations?"},
        WrongUsage{"Subcommand", {"rnu"}, "Did you mean run?"},
        WrongUsage{"NoSubcommand", {}, "See: bftp-torture --help"},
        WrongUsage{"Profile", {"run", "--profile", "smok"}, "smoke"},
        WrongUsage{"Fixture", {"run", "--fixtures", "oliver_twst.txt"}, "oliver_twist.txt"},
        WrongUsage{"Dialect", {"run", "--dialect", "bftpp"}, "bftp"},
        WrongUsage{"Model", {"run", "--model", "treads"}, "thread"},
        WrongUsage{"Suite", {"run", "--suite", "transfers"}, "transfer"},
        WrongUsage{"Number", {"run", "--iterations", "many"}, "iterations"},
        WrongUsage{"Check", {"run", "--limit", "uniformity.tial.p99_over_p50_max=3"}, "uniformity.tail"},
        WrongUsage{"Placeholder", {"run", "--server", "./s {prot}"}, "{port}"},
        WrongUsage{"NoPlan", {"run", "--plan", "/nonexistent/plan.toml"}, "/nonexistent/plan.toml"},
        WrongUsage{"Topic", {"list", "chekcs"}, "did you mean \"checks\"?"},
        WrongUsage{"Format", {"report", "--format", "htlm", "x"}, "did you mean \"html\"?"},
        WrongUsage{"OfFixtures", {"fixtures", "mak"}, "Did you mean make?"},
        WrongUsage{"FixtureToMake", {"fixtures", "make", "oen_byte.bin"}, "did you mean \"one_byte.bin\"?"},
        WrongUsage{"NoRun", {"judge", "/nonexistent/run"}, "/nonexistent/run"}),
    [](const auto& wrong) { return std::string(wrong.param.name); });

TEST(BadPlanFile, NamesFileLineAndWhatIsRight) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("p.toml")) << "profile = 'smoke'\n[clients]\ncuont = 4\n";
  const Outcome outcome = torture({"run", "--plan", folder.file("p.toml")}, folder);
  EXPECT_EQ(outcome.code, 64);
  EXPECT_THAT(outcome.err, HasSubstr("p.toml:3"));
  EXPECT_THAT(outcome.err, HasSubstr("clients.count"));
}

/// Lowers how large a file may become, for us and for what we start.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lower{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lower);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(FilesThatMayNotGrow, AreSpokenOf) {
  const TemporaryFolder folder;
  const FileSizeLimit limit(50'000);
  const Outcome outcome = torture(short_run(folder), folder);
  EXPECT_EQ(outcome.signal, 0) << "no signal ends it before it has said why";
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("File too large"));
}

struct BadServer {
  const char* name;
  const char* command;
  const char* message;
};

class ServerThatDoesNotStart : public ::testing::TestWithParam<BadServer> {};

TEST_P(ServerThatDoesNotStart, Exits3AndSaysNothingOfTheServer) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(short_run(folder, {"--server", GetParam().command, "--ready-timeout", "2s"}), folder);
  EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(GetParam().message));
  EXPECT_THAT(processes_with(folder.path()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Bad, ServerThatDoesNotStart,
    ::testing::Values(BadServer{"NoSuchCommand", "no-such-server-anywhere {port}", "no-such-server-anywhere"},
                      BadServer{"NotExecutable", "/etc/passwd {port}", "/etc/passwd"},
                      BadServer{"ExitsAtOnce", "sh -c 'echo KeyError: port >&2; exit 3' {port}",
                                "KeyError: port"},
                      BadServer{"DiesBySignal", "sh -c 'kill -SEGV $$' {port}", "signal"},
                      BadServer{"NeverListens", "sleep 60{port}", "listen"}),
    [](const auto& bad) { return std::string(bad.param.name); });

TEST(NoPermission, OnTheReportsFolderIsSaid) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("reports")) << "a file is in the way";
  const Outcome outcome = torture(short_run(folder), folder);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("cannot make the folder"));
}

TEST(DiskFull, EndsWithAMessageAndKeepsWhatWasRecorded) {
  const TemporaryFolder folder;
  // A file-size limit stands for a full disk: writes fail in the same place. 64 blocks of 512 bytes.
  const std::vector<std::string> run =
      torture_argv(short_run(folder, {"--iterations", "2000", "--fixtures", "empty.bin"}));
  std::string command = "ulimit -f 64; trap '' XFSZ; exec";
  for (const std::string& word : run) command += " '" + word + "'";
  const Outcome outcome = Program({"/bin/sh", "-c", command}, folder.path()).wait();
  EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("cannot write"));
  EXPECT_GT(std::filesystem::file_size(folder.file("reports/latest/transfers.csv.partial")), 1000u);
}

}  // namespace
}  // namespace bftp::end_to_end
