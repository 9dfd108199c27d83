// The conformance cases as a user meets them: right servers, one with a stale cache, one that is not ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr const char* cases[] = {"conformance.delete_removes", "conformance.put_reaches_others",
                                 "conformance.put_replaces", "conformance.put_zeros"};

constexpr const char* cases_of_bftp[] = {"conformance.core_verbs",   "conformance.current_folder",
                                         "conformance.paths",        "conformance.hash_follows",
                                         "conformance.lists_folder", "conformance.quit_closes",
                                         "conformance.refusals",     "conformance.upper_case_header"};
constexpr const char* cases_of_extended_verbs[] = {
    "conformance.extended_refusals", "conformance.feat_is_true", "conformance.makes_folders",
    "conformance.moves_files",       "conformance.range_limits", "conformance.size_follows"};
constexpr const char* cases_of_bftp_with_two_clients[] = {
    "conformance.get_is_of_one_instant", "conformance.own_folder", "conformance.put_is_whole",
    "conformance.puts_stay_apart"};

Outcome cases_alone(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"--suite", "conformance", "--no-control"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return torture(short_run(folder, arguments), folder);
}

class ConformanceCasesByModel : public ::testing::TestWithParam<const char*> {};

TEST_P(ConformanceCasesByModel, PassOnTheReferenceServer) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--model", GetParam()});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  const bool one_client = std::string(GetParam()) == "iterative";
  for (const auto* id : cases)
    EXPECT_EQ(status[id], one_client && std::string(id) == cases[1] ? "skip" : "pass") << id << outcome.out;
  for (const auto* id : cases_of_bftp_with_two_clients)
    EXPECT_EQ(status[id], one_client ? "skip" : "pass") << id << outcome.out;
  for (const auto* id : cases_of_bftp) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  for (const auto* id : cases_of_extended_verbs) EXPECT_EQ(status[id], "pass") << id << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(Models, ConformanceCasesByModel,
                         ::testing::Values("iterative", "fork", "thread", "pool", "epoll"),
                         [](const auto& model) { return std::string(model.param); });

TEST(ConformanceCases, PassOnAServerWrittenFromTheTextAlone) {
  const TemporaryFolder folder;
  const auto outcome =
      cases_alone(folder, {"--server", executable("plain_server") + " --port {port} --root {root}"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : cases) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  for (const auto* id : cases_of_bftp) {
    const bool has_no_hash = std::string(id) == "conformance.hash_follows";
    EXPECT_EQ(status[id], has_no_hash ? "skip" : "pass") << id << outcome.out;
  }
  for (const auto* id : cases_of_bftp_with_two_clients) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  for (const auto* id : cases_of_extended_verbs) EXPECT_EQ(status[id], "skip") << id << outcome.out;
}

class ConformanceCasesOfFtp : public ::testing::TestWithParam<std::pair<const char*, std::string>> {};

// Debian's Python is named by its path: another one in PATH does not see Debian's modules.
INSTANTIATE_TEST_SUITE_P(
    Peers, ConformanceCasesOfFtp,
    ::testing::Values(std::pair("vsftpd", std::string(BFTP_SOURCE_DIR) +
                                              "/tests/end_to_end/peers/vsftpd {port} {root}"),
                      std::pair("pyftpdlib", std::string("/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p "
                                                         "{port} -d {root} -w"))),
    [](const auto& peer) { return peer.param.first; });

TEST_P(ConformanceCasesOfFtp, PassOnAHealthyPeer) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--dialect", "ftp", "--server", GetParam().second});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : cases) EXPECT_EQ(status[id], "pass") << id << outcome.out;
}

TEST(ConformanceCasesOfFtpWithoutWriting, AreSkippedAndSayWhy) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--dialect", "ftp", "--ops", "get", "--iterations", "3", "--server",
                                 "/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p {port} -d {root}"}),
              folder);
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : cases) EXPECT_EQ(status[id], "skip") << id << outcome.out << outcome.err;
  EXPECT_THAT(read_file(folder.file("reports/latest/checks.csv")), HasSubstr("takes no file of a new name"));
}

TEST(ConformanceCasesOfAStaleCache, FailInAnyRunAndNameTheClause) {
  const TemporaryFolder folder;
  const auto server =
      executable("bftpd-specimen") + " --fault stale_cache --host {host} --port {port} --root {root}";
  const auto outcome = torture(short_run(folder, {"--server", server, "--iterations", "3"}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              UnorderedElementsAre(cases[1], cases[2], cases[3], "conformance.put_sizes",
                                   "conformance.get_is_of_one_instant", "conformance.puts_stay_apart",
                                   "conformance.put_every_byte", "conformance.put_is_whole"));
  EXPECT_THAT(read_file(folder.file("reports/latest/checks.csv")),
              HasSubstr("the old content of 4099 bytes"));
}

/// A specimen, and the cases that it breaks.
struct Breach {
  const char* fault;
  std::vector<std::string> failing;
};

class ConformanceCasesOfASpecimen : public ::testing::TestWithParam<Breach> {};

TEST_P(ConformanceCasesOfASpecimen, FailInItsOwnAlone) {
  const TemporaryFolder folder;
  const auto& [fault, failing] = GetParam();
  const auto outcome = cases_alone(folder, {"--server", executable("bftpd-specimen") + " --fault " + fault +
                                                            " --host {host} --port {port} --root {root}"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), UnorderedElementsAreArray(failing));
}

// Who says OK to a DELETE that does nothing says so of what is missing too, and its folders are never empty.
// A folder that all connections share is also the next client's.
INSTANTIATE_TEST_SUITE_P(
    Clauses, ConformanceCasesOfASpecimen,
    ::testing::Values(Breach{"delete_pretends",
                             {"conformance.current_folder", "conformance.delete_removes",
                              "conformance.list_follows", "conformance.makes_folders", "conformance.refusals",
                              "conformance.size_follows"}},
                      Breach{"list_unsorted", {"conformance.lists_folder"}},
                      Breach{"shared_folder", {"conformance.changes_folder", "conformance.own_folder"}},
                      Breach{"put_skips_zeros", {"conformance.put_zeros"}},
                      Breach{"put_visible_early",
                             {"conformance.get_during_puts", "conformance.get_is_of_one_instant",
                              "conformance.put_is_whole"}},
                      Breach{"close_after_error", {"conformance.extended_refusals", "conformance.refusals"}},
                      Breach{"wrong_code",
                             {"conformance.extended_refusals", "conformance.makes_folders",
                              "conformance.moves_files", "conformance.refusals"}}),
    [](const auto& specimen) { return std::string(specimen.param.fault); });

/// A server that is running already, with one fixture in its root.
class ConformanceCasesOfAnAttachedServer : public ::testing::Test {
 protected:
  ConformanceCasesOfAnAttachedServer() {
    std::filesystem::create_directory(root_);
    const Outcome made = torture({"fixtures", "make", "every_byte.bin"}, folder_);
    const std::string cached = made.out.substr(made.out.find('/'));
    std::filesystem::copy_file(cached.substr(0, cached.find('\n')), root_ + "/every_byte.bin");
    server_.emplace(std::vector<std::string>{executable("bftpd"), "--root", root_, "--port", "0"},
                    words_.path());
    EXPECT_TRUE(await_text(words_.file("out"), "\n"));
  }

  Outcome attached(const std::string& ops) {
    const std::string line = read_file(words_.file("out"));
    const std::string address = line.substr(13, line.find('\n') - 13);
    return cases_alone(folder_, {"--attach", address, "--fixtures", "every_byte.bin", "--ops", ops});
  }

  std::vector<std::string> names_in_root() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(root_))
      names.push_back(entry.path().filename().string());
    return names;
  }

  TemporaryFolder folder_, words_;
  std::string root_ = folder_.file("root");
  std::optional<Program> server_;
};

TEST_F(ConformanceCasesOfAnAttachedServer, WriteWhereTheRunDoesAndLeaveNothing) {
  const auto outcome = attached("get,put");
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder_.file("reports/latest"));
  for (const auto* id : cases) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  EXPECT_THAT(names_in_root(), UnorderedElementsAre("every_byte.bin"));
}

TEST_F(ConformanceCasesOfAnAttachedServer, WriteNothingWhereTheRunOnlyFetches) {
  const auto outcome = attached("get");
  EXPECT_EQ(outcome.code, 0) << "a listing writes nothing: " << outcome.out << outcome.err;
  auto status = statuses(folder_.file("reports/latest"));
  for (const auto* id : cases) EXPECT_EQ(status[id], "skip") << id << outcome.out;
  EXPECT_EQ(status["conformance.lists_folder"], "pass") << outcome.out;
  EXPECT_THAT(read_file(folder_.file("reports/latest/checks.csv")), HasSubstr("has no PUT (--ops)"));
}

}  // namespace
}  // namespace bftp::end_to_end
