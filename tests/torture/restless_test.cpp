// Servers that use up a core once a case's clients have gone.
#include "harness/torture/restless.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/torture/fakes.hpp"

namespace bftp::torture::restless_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

double seconds(const FakeSubject& subject) {
  return std::chrono::duration<double>(subject.time).count();
}
MakeConnection right() {
  return [] {
    return std::make_unique<NulConnection>();
  };
}

TEST(RestlessShare, IsThatOfACore) {
  FakeSubject subject(right());
  EXPECT_EQ(restless_share(subject), std::nullopt) << "not known";
  subject.spins = [](const FakeSubject& self) {
    return seconds(self) * 0.97;
  };
  EXPECT_NEAR(restless_share(subject).value_or(0), 0.97, 1e-9);
  subject.spins = [](const FakeSubject& self) {
    return seconds(self) * 0.4;
  };
  EXPECT_EQ(restless_share(subject), std::nullopt);
}

TEST(RestlessShare, LeavesTimeToComeToRest) {
  FakeSubject subject(right());
  subject.spins = [](const FakeSubject& self) {
    return std::min(seconds(self), 20.0);
  };
  EXPECT_EQ(restless_share(subject), std::nullopt) << "work that comes to an end";
  EXPECT_GT(subject.time, std::chrono::seconds(20)) << "it was looked at again";
  EXPECT_LT(subject.time, std::chrono::seconds(25)) << "and no longer than that";
}

/// Since when the server spins, and whether it was started anew meanwhile.
struct Spin {
  std::optional<double> since_s;
  int start = 0;
};

/// Looks again and again for the NUL that has not come.
class Spins final : public NulConnection {
 public:
  Spins(FakeSubject& subject, Spin& spin) : subject_(subject), spin_(spin) {}
  void receive(std::string_view segment) override {
    const bool is_whole = segment.find('\0') != std::string_view::npos;
    if (!is_whole && (!spin_.since_s || spin_.start != subject_.starts))
      spin_ = {seconds(subject_), subject_.starts};
    NulConnection::receive(segment);
  }

 private:
  FakeSubject& subject_;
  Spin& spin_;
};

TEST(SuiteRunner, NamesTheCaseThatLeavesTheServerNoRest) {
  Spin spin;
  std::unique_ptr<FakeSubject> subject;
  subject = std::make_unique<FakeSubject>([&] { return std::make_unique<Spins>(*subject, spin); });
  subject->spins = [&](const FakeSubject& self) {
    return spin.since_s && spin.start == self.starts ? seconds(self) - *spin.since_s : 0;
  };
  const auto outcomes = run_suites(*subject, {"transfer"});
  std::vector<std::string> restless;
  for (const auto& outcome : outcomes) {
    if (outcome.server_after.empty()) continue;
    restless.push_back(outcome.id);
    EXPECT_EQ(outcome.result, CaseResult::broken);
    EXPECT_THAT(outcome.server_after, HasSubstr("uses 100 % of a core since then"));
    EXPECT_THAT(outcome.cause, HasSubstr("MSG_PEEK"));
    EXPECT_THAT(outcome.happened, HasSubstr("the answers were right"));
    EXPECT_TRUE(outcome.clauses.empty());
  }
  EXPECT_THAT(restless, ::testing::ElementsAre("concurrency.silent_client"))
      << "the first one that brings it about: one of its clients has sent half a name";
}

TEST(SuiteRunner, LeavesAServerThatNeverRestsToTheCheckOfThat) {
  FakeSubject subject(right());
  subject.spins = seconds;
  for (const auto& outcome : run_suites(subject, {"transfer"}))
    EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.id << ": " << outcome.server_after;
}

}  // namespace
}  // namespace bftp::torture::restless_test
