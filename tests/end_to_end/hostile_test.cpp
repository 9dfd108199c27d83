// The hostile and concurrency cases as a user meets them, against right servers and those with a known fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// The cases alone, without transfers.
Outcome cases_alone(const TemporaryFolder& folder, const std::vector<std::string>& more,
                    const std::string& suites = "hostile,concurrency") {
  std::vector<std::string> arguments{"--suite", suites, "--no-control"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return torture(short_run(folder, arguments), folder);
}

constexpr const char* all_cases[] = {"hostile.parent_folder", "hostile.symbolic_link",
                                     "concurrency.silent_client", "concurrency.stalled_reader",
                                     "concurrency.idle_clients"};

/// Of bftp alone.
constexpr const char* other_verbs[] = {
    "hostile.put_outside",  "hostile.remove_outside",    "hostile.rename_outside", "hostile.root_stays",
    "hostile.show_outside", "hostile.subfolder_outside", "hostile.tell_outside"};

class HostileCases : public ::testing::TestWithParam<const char*> {};

TEST_P(HostileCases, PassOnTheReferenceServerInEachDialect) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--dialect", GetParam(), "--ops", "get"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : all_cases) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  EXPECT_EQ(status["identity.copies"], "skip") << "nothing but the suites ran";
}

INSTANTIATE_TEST_SUITE_P(Dialects, HostileCases,
                         ::testing::Values("bftp", "nul", "raw", "line", "fixed", "sized", "stream", "http",
                                           "http1.1"),
                         [](const auto& dialect) {
                           std::string name = dialect.param;
                           std::erase(name, '.');
                           return name;
                         });

class HostileCasesByModel : public ::testing::TestWithParam<const char*> {};

TEST_P(HostileCasesByModel, PassOnTheReferenceServer) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--model", GetParam()});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : all_cases) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  for (const auto* id : other_verbs) EXPECT_EQ(status[id], "pass") << id << outcome.out;
  EXPECT_EQ(status["concurrency.same_file"], "pass") << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(Models, HostileCasesByModel, ::testing::Values("fork", "thread", "pool", "epoll"),
                         [](const auto& model) { return std::string(model.param); });

TEST(HostileCasesOfTheIterativeModel, FailByClause61AndNothingElse) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--model", "iterative"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              ::testing::UnorderedElementsAre("concurrency.silent_client", "concurrency.stalled_reader"));
}

std::string specimen(const std::string& fault) {
  return executable("bftpd-specimen") + " --fault " + fault + " --host {host} --port {port} --root {root}";
}

TEST(HostileSpecimens, OneThatEscapesItsRootIsFoundInAnyRun) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--server", specimen("escapes_root"), "--iterations", "3"}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), ::testing::ElementsAre("hostile.parent_folder"));
  EXPECT_THAT(outcome.out, HasSubstr("sent a file from outside its folder"));
  EXPECT_THAT(read_file(folder.file("reports/latest/explain.txt")), HasSubstr("Clause 3.2"));
}

TEST(HostileSpecimens, OneThatRemovesItsRootIsFoundAndSpoilsNoOtherCase) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--server", specimen("removes_trees")}, "hostile,conformance");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              ::testing::UnorderedElementsAre("hostile.root_stays", "conformance.makes_folders"));
  EXPECT_THAT(outcome.out, HasSubstr("removed what it serves"));
}

TEST(HostileSpecimens, OneThatServesOneRequestAtATimeIsFound) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--server", specimen("one_at_a_time")}, "concurrency");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              ::testing::ElementsAre("concurrency.same_file", "concurrency.stalled_reader"));
}

TEST(HostileSpecimens, OneThatLocksAFileWhileItsBytesTravelIsFound) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--server", specimen("locks_files")}, "concurrency");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), ::testing::ElementsAre("concurrency.same_file"));
}

TEST(HostileSpecimens, OneThatMixesARefusedRequestIntoTheNextIsFound) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--server", specimen("stale_tail"), "--iterations", "3"}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              ::testing::ElementsAre("framing.request_after_refusal"));
}

TEST(HostileSpecimens, OneWithRoomForFewIsFound) {
  const TemporaryFolder folder;
  const auto few = cases_alone(folder, {"--server", specimen("few_clients:clients=2")}, "concurrency");
  EXPECT_EQ(statuses(folder.file("reports/latest"))["concurrency.idle_clients"], "warn") << few.out;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["concurrency.silent_client"], "pass") << few.out;
  const auto one = cases_alone(folder, {"--server", specimen("few_clients:clients=1")}, "concurrency");
  EXPECT_EQ(one.code, 1) << one.out << one.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["concurrency.silent_client"], "fail") << one.out;
}

struct Peer {
  const char* name;
  std::string command;
};

class HostileCasesOfPeers : public ::testing::TestWithParam<Peer> {};

/// nginx and Python's server follow links, and are right to: a warning.
TEST_P(HostileCasesOfPeers, AreNotFailed) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--dialect", "http", "--server", GetParam().command});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  EXPECT_THAT(status["hostile.symbolic_link"], AnyOf("pass", "warn"));
  for (const auto* id : all_cases)
    if (std::string(id) != "hostile.symbolic_link") {
      EXPECT_EQ(status[id], "pass") << id << outcome.out;
    }
}

std::string script(const std::string& name) {
  return std::string(BFTP_SOURCE_DIR) + "/tests/end_to_end/peers/" + name + " {port} {root}";
}

INSTANTIATE_TEST_SUITE_P(
    Http, HostileCasesOfPeers,
    ::testing::Values(Peer{"nginx", script("nginx")}, Peer{"lighttpd", script("lighttpd")},
                      Peer{"python",
                           "/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory {root} {port}"}),
    [](const auto& each) { return std::string(each.param.name); });

/// docs/lecture.md tells it case by case.
TEST(HostileCasesOfTheLecture, ShowWhyVersion2IsStillUnsafe) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(
      folder, {"--dialect", "raw", "--server",
               "python3 -B " BFTP_SOURCE_DIR "/server_under_test/lecture/file_server_v2.py {port} {root}"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  EXPECT_EQ(status["hostile.parent_folder"], "fail") << outcome.out;
  EXPECT_EQ(status["concurrency.silent_client"], "warn") << "meant so, and still no good";
  EXPECT_EQ(status["concurrency.stalled_reader"], "warn");
}

/// A server that is running already: its folder is not known.
TEST(HostileCasesOfAnAttachedServer, SkipWhatNeedsAFolderOfOurs) {
  const TemporaryFolder folder;
  const std::string root = folder.file("root");
  std::filesystem::create_directory(root);
  const Outcome made = torture({"fixtures", "make", "every_byte.bin"}, folder);
  const std::string cached = made.out.substr(made.out.find('/'));
  std::filesystem::copy_file(cached.substr(0, cached.find('\n')), root + "/every_byte.bin");
  const TemporaryFolder words;
  const Program server({executable("bftpd"), "--root", root, "--port", "0"}, words.path());
  ASSERT_TRUE(await_text(words.file("out"), "\n"));
  const std::string line = read_file(words.file("out"));
  const std::string address = line.substr(13, line.find('\n') - 13);
  const auto outcome =
      cases_alone(folder, {"--attach", address, "--fixtures", "every_byte.bin", "--ops", "get"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  for (const auto* id : {"hostile.parent_folder", "hostile.symbolic_link", "concurrency.stalled_reader"})
    EXPECT_EQ(status[id], "skip") << id;
  EXPECT_EQ(status["concurrency.silent_client"], "pass");
  EXPECT_THAT(read_file(folder.file("reports/latest/checks.csv")), HasSubstr("served folder is not ours"));
}

TEST(Suites, AreNamedByListCasesAndByAWrongWord) {
  const TemporaryFolder folder;
  const auto listed = torture({"list", "cases"}, folder);
  EXPECT_THAT(listed.out, HasSubstr("suite hostile, transfer; dialects:"));
  EXPECT_THAT(listed.out, HasSubstr("suite concurrency; dialects:"));
  const auto wrong = torture(short_run(folder, {"--suite", "hostil"}), folder);
  EXPECT_EQ(wrong.code, 64);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean \"hostile\"?"));
}

TEST(Suites, WithoutACaseInTheDialectAreRefused) {
  const TemporaryFolder folder;
  const auto outcome = cases_alone(folder, {"--dialect", "https", "--server", script("nginx")});
  EXPECT_EQ(outcome.code, 64);
  EXPECT_THAT(outcome.err, HasSubstr("no cases of these suites in the dialect https"));
}

TEST(Suites, OfTransferAloneLeaveTheSlowerCasesOut) {
  const TemporaryFolder folder;
  torture(short_run(folder, {"--iterations", "3"}), folder);
  auto status = statuses(folder.file("reports/latest"));
  EXPECT_EQ(status["hostile.parent_folder"], "pass");
  EXPECT_EQ(status["concurrency.silent_client"], "pass");
  EXPECT_EQ(status.count("hostile.symbolic_link"), 0U);
}

}  // namespace
}  // namespace bftp::end_to_end
