#include "harness/torture/suite_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/torture/found.hpp"
#include "tests/torture/fakes.hpp"

namespace bftp::torture::suite_runner_test {
namespace {

using namespace fakes;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::HasSubstr;

std::vector<CaseOutcome> run(FakeSubject& subject) {
  return run_suites(subject, {"transfer"});
}

MakeConnection right() {
  return [] {
    return std::make_unique<NulConnection>();
  };
}

TEST(SuiteRunner, FindsCasesByTheirNames) {
  const auto named = [](const char* dialect) {
    std::vector<std::string> ids;
    for (const Case* one :
         cases_named({"hostile.parent_folder", "conformance.core_verbs", "no.case"}, *find_speech(dialect)))
      ids.emplace_back(one->id());
    return ids;
  };
  EXPECT_THAT(named("bftp"), testing::ElementsAre("conformance.core_verbs", "hostile.parent_folder"));
  EXPECT_THAT(named("line"), testing::Not(testing::Contains("conformance.core_verbs")))
      << "the dialect has no verbs";
}

TEST(SuiteRunner, PassesARightServer) {
  FakeSubject subject(right());
  const auto outcomes = run(subject);
  EXPECT_EQ(outcomes.size(), cases_for({"transfer"}, *find_speech("nul")).size());
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.id << ": " << outcome.happened;
    EXPECT_EQ(outcome.server_after, "") << outcome.id;
    EXPECT_EQ(outcome.cause, "") << outcome.id;
    EXPECT_FALSE(outcome.wire.empty()) << outcome.id;
  }
  EXPECT_EQ(subject.starts, 1);
}

TEST(SuiteRunner, LooksAfterTheServerWithAPlainTransfer) {
  FakeSubject subject(right());
  const auto outcomes = run(subject);
  const auto of_a_case = [](const CaseOutcome& outcome) {
    return std::ranges::count_if(outcome.wire,
                                 [](const auto& line) { return line.find("connected") < line.size(); });
  };
  std::ptrdiff_t expected =
      2;  // two plain transfers first, since some servers serve once, and one after each
  for (const auto& outcome : outcomes) expected += 1 + of_a_case(outcome);
  EXPECT_EQ(subject.connections, expected);
}

/// Takes each segment for a whole request.
class OneReceive final : public NulConnection {
 public:
  void receive(std::string_view segment) override {
    answer(std::string(segment.substr(0, segment.find('\0'))));
  }
};

TEST(SuiteRunner, BreaksAServerThatReceivesOnce) {
  FakeSubject subject([] { return std::make_unique<OneReceive>(); });
  const auto outcomes = run(subject);
  for (const auto* id : {"framing.name_in_two_segments", "framing.byte_by_byte"}) {
    const auto& outcome = find(outcomes, id);
    EXPECT_EQ(outcome.result, CaseResult::broken) << id;
    EXPECT_EQ(outcome.demand, record::CaseDemand::must) << id;
    EXPECT_THAT(outcome.cause, HasSubstr("until the end of the request"));
    EXPECT_THAT(outcome.happened, HasSubstr("closed without sending a byte"));
    EXPECT_THAT(outcome.reproduce, HasSubstr("| nc "));
  }
  EXPECT_EQ(find(outcomes, "framing.missing_file").result, CaseResult::kept);
}

/// Does not close after an error.
class Hangs final : public NulConnection {
 public:
  void receive(std::string_view segment) override {
    NulConnection::receive(segment);
    if (out.empty()) closed = false;
  }
};

TEST(SuiteRunner, BreaksAServerThatLeavesErrorsUnanswered) {
  FakeSubject subject([] { return std::make_unique<Hangs>(); });
  const auto outcomes = run(subject);
  const auto& outcome = find(outcomes, "framing.missing_file");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("kept the connection open"));
  EXPECT_THAT(outcome.wire, ::testing::Contains(HasSubstr("silent for")));
  EXPECT_EQ(find(outcomes, "framing.long_name").result, CaseResult::kept);
}

/// Sends words where a close is due.
class Talkative final : public NulConnection {
 public:
  void receive(std::string_view segment) override {
    NulConnection::receive(segment);
    if (closed && out.empty()) out = "File not found\n";
  }
};

TEST(SuiteRunner, BreaksAServerWhoseErrorsLookLikeFiles) {
  FakeSubject subject([] { return std::make_unique<Talkative>(); });
  const auto outcome = find(run(subject), "framing.missing_file");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("File not found\\n"));
}

/// Falls when a client leaves without a word.
class Fragile final : public NulConnection {
 public:
  explicit Fragile(FakeSubject*& subject) : subject_(subject) {}
  void end() override {
    if (input.empty()) subject_->ended = launch::ExitStatus{.code = {}, .signal = SIGSEGV};
    closed = true;
  }

 private:
  FakeSubject*& subject_;
};

TEST(SuiteRunner, SaysWhatTheServerDidNotSurviveAndGoesOn) {
  FakeSubject* address = nullptr;
  FakeSubject subject([&address] { return std::make_unique<Fragile>(address); });
  address = &subject;
  const auto outcomes = run(subject);
  const auto& outcome = find(outcomes, "framing.closes_at_once");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.server_after, "the server was ended by signal 11");
  EXPECT_NE(outcome.cause, "");
  EXPECT_GT(subject.starts, 1);
  EXPECT_EQ(find(outcomes, "framing.name_in_two_segments").result, CaseResult::kept)
      << "which comes after it";
}

/// Serves one connection and exits with status 0.
class OnceOnly final : public NulConnection {
 public:
  explicit OnceOnly(FakeSubject*& subject) : subject_(subject) {}
  ~OnceOnly() override { subject_->ended = launch::ExitStatus{.code = 0, .signal = {}}; }

 private:
  FakeSubject*& subject_;
};

TEST(SuiteRunner, StartsAServerThatServesOnceForEachCase) {
  FakeSubject* address = nullptr;
  FakeSubject subject([&address] { return std::make_unique<OnceOnly>(address); });
  address = &subject;
  const auto outcomes = run(subject);
  for (const auto& outcome : outcomes) {
    const bool holds = outcome.id == "concurrency.silent_client";
    EXPECT_EQ(outcome.result, holds ? CaseResult::skipped : CaseResult::kept)
        << outcome.id << outcome.happened;
  }
  EXPECT_EQ(subject.starts, subject.connections) << "also within a case of several connections";
}

/// The same, and takes its time to end.
class OnceOnlyAndSlow final : public NulConnection {
 public:
  explicit OnceOnlyAndSlow(FakeSubject*& subject) : subject_(subject) {}
  ~OnceOnlyAndSlow() override {
    subject_->ends_at = subject_->time + milliseconds(600);
    subject_->ended = launch::ExitStatus{.code = 0, .signal = {}};
  }

 private:
  FakeSubject*& subject_;
};

TEST(SuiteRunner, WaitsForTheEndOfAServerThatServesOnce) {
  FakeSubject* address = nullptr;
  FakeSubject subject([&address] { return std::make_unique<OnceOnlyAndSlow>(address); });
  address = &subject;
  for (const auto& outcome : run(subject)) {
    const bool holds = outcome.id == "concurrency.silent_client";
    EXPECT_EQ(outcome.result, holds ? CaseResult::skipped : CaseResult::kept)
        << outcome.id << ": " << outcome.happened << outcome.server_after;
  }
}

TEST(SuiteRunner, HoldsNothingAgainstAServerOnceAConnectionsTimeIsOver) {
  FakeSubject subject([] { return std::make_unique<Hangs>(); });
  EXPECT_EQ(find(run(subject), "framing.missing_file").result, CaseResult::broken);
  FakeSubject hasty([] { return std::make_unique<Hangs>(); });
  hasty.life = milliseconds(500);
  const auto outcome = find(run(hasty), "framing.missing_file");
  EXPECT_EQ(outcome.result, CaseResult::unknown);
  EXPECT_THAT(outcome.happened, HasSubstr("the server is slow, and no more"));
  EXPECT_EQ(outcome.cause, "");
  EXPECT_THAT(outcome.wire,
              ::testing::Contains(HasSubstr("the time that a connection of a case has is over")));
}

/// Leaves an error unanswered, and from then on the time of a connection is short.
class HangsAndSlows final : public NulConnection {
 public:
  explicit HangsAndSlows(FakeSubject*& subject) : subject_(subject) {}
  ~HangsAndSlows() override {
    if (has_hung_) subject_->life = milliseconds(500);
  }
  void receive(std::string_view segment) override {
    NulConnection::receive(segment);
    const bool is_whole = input.find('\0') != std::string::npos;
    if (!is_whole || !out.empty()) return;
    closed = false;
    has_hung_ = true;
  }

 private:
  FakeSubject*& subject_;
  bool has_hung_ = false;
};

TEST(SuiteRunner, WhatCouldNotBeToldTheSecondTimeConfirmsNothing) {
  FakeSubject* address = nullptr;
  FakeSubject subject([&address] { return std::make_unique<HangsAndSlows>(address); });
  address = &subject;
  const auto outcomes = run(subject);
  const auto first = std::ranges::find_if(
      outcomes, [](const CaseOutcome& one) { return one.happened.starts_with("at first "); });
  ASSERT_NE(first, outcomes.end());
  EXPECT_EQ(first->result, CaseResult::unknown);
  EXPECT_THAT(first->happened, HasSubstr("When it was asked again, "));
  for (const CaseOutcome& one : outcomes) EXPECT_NE(one.result, CaseResult::broken) << one.id;
}

class NeverAnswers final : public FakeConnection {
 public:
  void receive(std::string_view) override {}
};

TEST(SuiteRunner, TriesNothingWhereAPlainTransferFails) {
  FakeSubject silent([] { return std::make_unique<NeverAnswers>(); });
  for (const auto& outcome : run(silent)) {
    if (outcome.id == "framing.plain_transfer") continue;
    EXPECT_EQ(outcome.result, CaseResult::unknown) << "a server must not pass by refusing to be asked";
    EXPECT_THAT(outcome.happened, HasSubstr("a plain transfer of a file failed already"));
  }
  FakeSubject down(right());
  down.starts_max = 0;
  for (const auto& outcome : run(down)) {
    EXPECT_EQ(outcome.result, CaseResult::unknown);
    EXPECT_THAT(outcome.happened, HasSubstr("could not be started"));
  }
}

TEST(SuiteRunner, APlainTransferThatFailsTwiceIsABrokenCase) {
  for (const char* suite : {"transfer", "hostile"}) {
    FakeSubject silent([] { return std::make_unique<NeverAnswers>(); });
    const auto outcomes = run_suites(silent, {suite});
    EXPECT_EQ(std::ranges::count(outcomes, "framing.plain_transfer", &CaseOutcome::id), 1) << suite;
    const auto& outcome = find(outcomes, "framing.plain_transfer");
    EXPECT_EQ(outcome.result, CaseResult::broken);
    EXPECT_THAT(outcome.happened, HasSubstr("sent nothing"));
    EXPECT_NE(outcome.cause, "");
    EXPECT_FALSE(outcome.wire.empty());
    EXPECT_EQ(silent.starts, 2) << "on a fresh server";
  }
}

TEST(SuiteRunner, APlainTransferThatFailsOnceIsNone) {
  int connections = 0;
  FakeSubject subject([&]() -> std::unique_ptr<FakeConnection> {
    if (connections++ == 0) return std::make_unique<NeverAnswers>();
    return std::make_unique<NulConnection>();
  });
  for (const auto& outcome : run(subject)) EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.id;
}

TEST(SuiteRunner, HasNothingToAddWhereNothingWorkedBefore) {
  FakeSubject silent([] { return std::make_unique<NeverAnswers>(); });
  const std::atomic<bool> stop = false;
  const auto files = some_files();
  const auto& speech = *find_speech("nul");
  const auto outcomes =
      run_suite(cases_for({"transfer"}, speech), silent,
                {.speech = speech, .files = files, .stop = stop, .progress = {}, .nothing_worked = true});
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.result, CaseResult::skipped);
}

/// Ends when a second client asks while a first one holds a connection, as in the middle of a case that
/// finds then that it cannot go on.
TEST(SuiteRunner, ACaseThatIsLeftOutMayHaveEndedTheServer) {
  FakeSubject* world = nullptr;
  class EndsBesideAnother final : public NulConnection {
   public:
    EndsBesideAnother(FakeSubject*& world, int& open) : world_(world), open_(open) { ++open_; }
    ~EndsBesideAnother() override { --open_; }
    void receive(std::string_view segment) override {
      if (open_ > 1) {
        world_->ended = launch::ExitStatus{.code = 7, .signal = {}};
        closed = true;
        return;
      }
      NulConnection::receive(segment);
    }

   private:
    FakeSubject*& world_;
    int& open_;
  };
  int open = 0;
  FakeSubject subject([&] { return std::make_unique<EndsBesideAnother>(world, open); });
  world = &subject;
  class GivesUp final : public Case {
   public:
    std::string_view id() const override { return "framing.gives_up"; }
    std::string_view category() const override { return "framing"; }
    std::vector<std::string_view> suites() const override { return {"framing"}; }
    std::string_view title() const override { return "Gives up"; }
    std::string_view about() const override { return "Asks while another client is connected."; }
    bool applies_to(const Speech&) const override { return true; }
    record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
    std::vector<std::string> clauses(const Speech&) const override { return {"6.1"}; }
    Finding run(CaseContext& context) const override {
      const auto held = context.hold("");
      context.talk({.pieces = {context.speech().ask(context.files().probe.name)}});
      return skipped("the second client had no answer");
    }
  };
  const GivesUp one;
  const std::atomic<bool> stop = false;
  const auto files = some_files();
  const auto outcomes = run_suite(
      {&one}, subject, {.speech = *find_speech("nul"), .files = files, .stop = stop, .progress = {}});
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].result, CaseResult::broken);
  EXPECT_EQ(outcomes[0].server_after, "the server exited with status 7");
  EXPECT_FALSE(outcomes[0].done.empty());
}

/// Wrong the first time that a name comes byte by byte, right afterwards.
class WrongOnce final : public NulConnection {
 public:
  explicit WrongOnce(int& left) : left_(left) {}
  void receive(std::string_view segment) override {
    const bool in_parts = segment.size() == 1 && segment != std::string_view("\0", 1);
    if (in_parts && left_-- > 0)
      closed = true;
    else
      NulConnection::receive(segment);
  }

 private:
  int& left_;
};

TEST(SuiteRunner, DoesNotCallBrokenWhatIsSeenOnce) {
  int left = 1;
  FakeSubject subject([&left] { return std::make_unique<WrongOnce>(left); });
  const auto outcome = find(run(subject), "framing.byte_by_byte");
  EXPECT_EQ(outcome.result, CaseResult::seen_once);
  EXPECT_THAT(outcome.happened, HasSubstr("When it was asked again"));
}

/// Dies the first time that a name comes byte by byte, and is right afterwards.
class DiesOnce final : public NulConnection {
 public:
  DiesOnce(FakeSubject*& subject, int& left) : subject_(subject), left_(left) {}
  void receive(std::string_view segment) override {
    const bool in_parts = segment.size() == 1 && segment != std::string_view("\0", 1);
    if (in_parts && left_-- > 0) {
      subject_->ended = launch::ExitStatus{.code = {}, .signal = SIGSEGV};
      closed = true;
    } else {
      NulConnection::receive(segment);
    }
  }

 private:
  FakeSubject*& subject_;
  int& left_;
};

TEST(SuiteRunner, HoldsADeathAgainstTheServerThatItDiesOnce) {
  int left = 1;
  FakeSubject* world = nullptr;
  FakeSubject subject([&] { return std::make_unique<DiesOnce>(world, left); });
  world = &subject;
  const auto outcome = find(run(subject), "framing.byte_by_byte");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.server_after, HasSubstr("signal 11"));
}

/// Each third connection is never answered.
TEST(SuiteRunner, LeavesOutTheRestWhereAnythingMayHang) {
  int connections = 0;
  FakeSubject subject([&]() -> std::unique_ptr<FakeConnection> {
    if (++connections % 3 == 0) return std::make_unique<NeverAnswers>();
    return std::make_unique<NulConnection>();
  });
  subject.latency = milliseconds(600);  // so that the suite's patience is the longest
  const auto outcomes = run(subject);
  EXPECT_EQ(outcomes.size(), cases_for({"transfer"}, *find_speech("nul")).size());
  EXPECT_THAT(outcomes,
              ::testing::Contains(::testing::Field(&record::CaseOutcome::result, CaseResult::seen_once)));
  EXPECT_EQ(outcomes.back().result, CaseResult::skipped);
  EXPECT_THAT(outcomes.back().happened, HasSubstr("so the rest was left out"));
  EXPECT_LT(subject.time, milliseconds(300'000));
}

TEST(SuiteRunner, DropsTheCaseThatAnInterruptCutShort) {
  std::atomic<bool> stop = false;
  int connections = 0;
  FakeSubject subject([&]() -> std::unique_ptr<FakeConnection> {
    if (++connections == 5) stop = true;
    return std::make_unique<NulConnection>();
  });
  const auto files = some_files();
  const auto& speech = *find_speech("nul");
  auto cases = cases_for({"transfer"}, speech);
  std::erase_if(cases, [](const Case* one) { return one->category() != "framing"; });
  const auto outcomes =
      run_suite(cases, subject, {.speech = speech, .files = files, .stop = stop, .progress = {}});
  ASSERT_EQ(outcomes.size(), cases.size());
  EXPECT_EQ(outcomes[0].result, CaseResult::kept)
      << "connections: the two of the first look, then two for each case";
  for (std::size_t at = 1; at < outcomes.size(); ++at) {
    EXPECT_EQ(outcomes[at].result, CaseResult::skipped) << outcomes[at].id;
    EXPECT_THAT(outcomes[at].happened, HasSubstr("interrupted"));
  }
}

TEST(SuiteRunner, EndsWhereItMust) {
  const std::atomic<bool> stop = false;
  const auto files = some_files();
  const auto& speech = *find_speech("nul");
  const auto cases = cases_for({"transfer"}, speech);
  FakeSubject subject(right());
  int asked = 0;
  const auto outcomes = run_suite(
      cases, subject,
      {.speech = speech, .files = files, .stop = stop, .progress = {}, .must_end = [&]() -> std::string {
         return ++asked < 3 ? "" : "too much";
       }});
  ASSERT_EQ(outcomes.size(), cases.size());
  EXPECT_EQ(outcomes[1].result, CaseResult::kept);
  EXPECT_EQ(outcomes[2].result, CaseResult::skipped);
  EXPECT_EQ(outcomes.back().happened, "too much");
}

/// Answers everything rightly, and takes a minute each time.
TEST(SuiteRunner, LeavesOutTheRestWhereEverythingTakesLong) {
  FakeSubject subject(right());
  subject.latency = milliseconds(60'000);
  const auto outcomes = run(subject);
  EXPECT_EQ(outcomes.front().result, CaseResult::kept);
  EXPECT_EQ(outcomes.back().result, CaseResult::unknown) << "or a run would pass without them";
  EXPECT_THAT(outcomes.back().happened, HasSubstr("so the rest was left out"));
  EXPECT_LT(subject.time, milliseconds(600'000));
}

TEST(SuiteRunner, EndsWithTheTimeOfTheRun) {
  FakeSubject subject(right());
  subject.latency = milliseconds(1'000);
  const auto files = some_files();
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("nul");
  const auto outcomes = run_suite(
      cases_for({"transfer"}, speech), subject,
      {.speech = speech, .files = files, .stop = stop, .progress = {}, .time_max = milliseconds(4'500)});
  EXPECT_EQ(outcomes.front().result, CaseResult::kept);
  EXPECT_EQ(outcomes.back().result, CaseResult::unknown);
  EXPECT_THAT(outcomes.back().happened, HasSubstr("the run's time limit was reached"));
  EXPECT_LT(subject.time, milliseconds(10'000));
}

/// Falls at the first name that comes byte by byte, and cannot be started again.
TEST(SuiteRunner, BlamesNobodyForCasesThatFoundNoServer) {
  FakeSubject* world = nullptr;
  class Falls final : public NulConnection {
   public:
    explicit Falls(FakeSubject*& world) : world_(world) {}
    void receive(std::string_view segment) override {
      if (segment.size() == 1)
        world_->ended = launch::ExitStatus{.code = 1};
      else
        NulConnection::receive(segment);
    }

   private:
    FakeSubject*& world_;
  };
  FakeSubject subject([&] { return std::make_unique<Falls>(world); });
  world = &subject;
  subject.starts_max = 1;
  const auto outcomes = run(subject);
  int broken = 0;
  for (const auto& outcome : outcomes) {
    broken += outcome.result == CaseResult::broken ? 1 : 0;
    EXPECT_TRUE(outcome.server_after.find("runs") == std::string::npos) << outcome.server_after;
  }
  EXPECT_EQ(broken, 1) << "the one that it fell in";
  EXPECT_THAT(outcomes.back().happened, HasSubstr("could not be started again"));
  EXPECT_EQ(outcomes.back().result, CaseResult::unknown);
}

TEST(SuiteRunner, SkipsWithTheReason) {
  const auto cases = cases_for({"transfer"}, *find_speech("nul"));
  const auto outcomes = leave_out_suite(cases, *find_speech("nul"), "nobody is there", CaseResult::skipped);
  ASSERT_EQ(outcomes.size(), cases.size());
  EXPECT_EQ(outcomes.front().result, CaseResult::skipped);
  EXPECT_EQ(outcomes.front().happened, "nobody is there");
  EXPECT_EQ(outcomes.front().id, cases.front()->id());
}

TEST(Cases, HaveIdsOfTheirCategoryAndWordsForPeople) {
  for (const auto* one : all_cases()) {
    EXPECT_TRUE(one->id().starts_with(std::string(one->category()) + ".")) << one->id();
    EXPECT_FALSE(one->title().empty() || one->about().empty()) << one->id();
    for (const auto* speech : all_speeches())
      EXPECT_TRUE(!one->clauses(*speech).empty() || one->demand(*speech) == record::CaseDemand::asked) << one->id();
  }
}

std::vector<std::string> ids_of(const std::vector<std::string>& suites) {
  std::vector<std::string> ids;
  for (const auto* one : cases_for(suites, *find_speech("nul"))) ids.emplace_back(one->id());
  return ids;
}

TEST(Cases, OfAnotherSuiteAreLeftOut) {
  EXPECT_THAT(ids_of({"hostile"}), ::testing::ElementsAre("hostile.parent_folder", "hostile.symbolic_link"));
  EXPECT_THAT(ids_of({"concurrency"}),
              ::testing::ElementsAre("concurrency.idle_clients", "concurrency.silent_client",
                                     "concurrency.stalled_reader"));
  EXPECT_TRUE(ids_of({"client"}).empty());
}

TEST(Cases, OfSeveralSuitesAreRunOnce) {
  const auto transfer = ids_of({"transfer"});
  for (const auto* id : {"concurrency.silent_client", "framing.missing_file", "hostile.parent_folder"})
    EXPECT_THAT(transfer, ::testing::Contains(id)) << "every run has it";
  EXPECT_THAT(transfer, ::testing::Not(::testing::Contains("hostile.symbolic_link")));
  EXPECT_EQ(ids_of({"transfer", "hostile"}).size(), transfer.size() + 1);
  EXPECT_EQ(ids_of({"transfer", "concurrency"}).size(), transfer.size() + 2);
  EXPECT_EQ(ids_of({"all"}), ids_of({"transfer", "conformance", "hostile", "concurrency"}));
}

TEST(Cases, AreInTheSuiteOfTheirCategory) {
  for (const auto* one : all_cases()) {
    const auto suites = one->suites();
    const auto own = one->category() == "framing" ? "transfer" : one->category();
    EXPECT_THAT(suites, ::testing::Contains(own)) << one->id();
  }
}

}  // namespace
}  // namespace bftp::torture::suite_runner_test
