// One case alone, and a failure that is known: what a student and a maintainer ask for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two cases on the iterative model, which fails one of them by design (clause 6.1).
Outcome two_cases(const TemporaryFolder& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"--only", "concurrency.silent_client,conformance.core_verbs", "--model",
                                     "iterative"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return torture(short_run(folder, arguments), folder);
}

TEST(OnlyCases, AreTriedWithoutATransfer) {
  const TemporaryFolder folder;
  const auto outcome = two_cases(folder, {"--suite", "all"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("2 cases alone, no transfers"));
  const auto run = folder.file("reports/latest");
  EXPECT_THAT(failed_checks(run), ElementsAre("concurrency.silent_client"));
  auto status = statuses(run);
  EXPECT_EQ(status["conformance.core_verbs"], "pass");
  EXPECT_EQ(status.count("conformance.refusals"), 0u);
  EXPECT_EQ(status["identity.copies"], "skip");
  EXPECT_THAT(read_file(run + "/run.json"), HasSubstr("--only concurrency.silent_client"))
      << "the report says how to try the one that failed";
}

TEST(OnlyCases, OfAnotherDialectAreRefused) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--only", "conformance.core_verbs", "--dialect", "line"}), folder);
  EXPECT_EQ(outcome.code, 64) << outcome.out;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("conformance.core_verbs"), HasSubstr("line")));
}

TEST(Waivers, LetAKnownFailureThroughAndSayWhenItIsGone) {
  const TemporaryFolder folder;
  const auto outcome =
      two_cases(folder, {"--waive", "concurrency.silent_client=one after the other by design", "--waive",
                         "conformance.core_verbs=was missing once"});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 waived"), HasSubstr("one after the other by design"),
                                 HasSubstr("not needed any more")));
  const auto run = folder.file("reports/latest");
  auto status = statuses(run);
  EXPECT_EQ(status["concurrency.silent_client"], "warn");
  EXPECT_EQ(status["conformance.core_verbs"], "warn");
  for (const auto* file : {"/junit.xml", "/summary.md", "/index.html"})
    EXPECT_THAT(read_file(run + file), HasSubstr("one after the other by design")) << file;
  const auto again = torture({"judge", run}, folder);
  EXPECT_EQ(again.code, 0) << "the plan keeps them: " << again.out << again.err;
  const auto without = torture({"judge", run, "--plan", folder.file("none.toml")}, folder);
  EXPECT_EQ(without.code, 64) << "the file is not there";
  folder.write("none.toml", "[waivers]\n");
  const auto as_if_never = torture({"judge", run, "--plan", folder.file("none.toml")}, folder);
  EXPECT_EQ(as_if_never.code, 1) << as_if_never.out << as_if_never.err;
  const auto later = torture({"judge", run, "--waive", "concurrency.silent_client=found out later"}, folder);
  EXPECT_EQ(later.code, 0) << later.out << later.err;
  EXPECT_THAT(read_file(run + "/junit.xml"), HasSubstr("found out later"));
}

}  // namespace
}  // namespace bftp::end_to_end
