#include "harness/drive/paired_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::FakeProbe;
using fakes::FakeServer;
using fakes::FakeWorker;
using record::Arm;
using record::RunState;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// Two servers that live nowhere, and crews that answer at once. Starting a server takes 0.1 s.
class PairedStage {
 public:
  explicit PairedStage(fakes::Answer answer = fakes::healthy,
                       std::vector<std::uint32_t> client_counts = {1}) {
    record.plan.ops = {protocol::Op::get};
    record.fixtures = {{.name = "book", .size = 1'000'000}};
    record.comparison = record::Comparison{};
    record.comparison->client_counts = client_counts;
    record.comparison->max_time_s = 10;
    for (const std::uint32_t clients : client_counts) {
      auto& crew = crews.emplace_back();
      for (std::uint32_t client = 0; client < clients; ++client)
        crew.push_back(std::make_unique<FakeWorker>(client, time, [this, answer](const auto&... transfer) {
          time.now_ns += 2'000'000;
          return answer(transfer...);
        }));
    }
  }

  void run() {
    PairedDriver(record,
                 {.start_server = [this](Arm arm) -> protocol::Result<std::unique_ptr<launch::ServerHandle>> {
                    time.now_ns += 100'000'000;
                    ++starts[arm];
                    if (refuse == arm) return protocol::Error{protocol::ErrorKind::system, "port taken", 0};
                    auto server = std::make_unique<FakeServer>();
                    if (arm == dies && starts[arm] > 2) server->exit = launch::ExitStatus{.code = 3};
                    return server;
                  },
                  .make_probe =
                      [](const launch::ServerHandle&) {
                        auto probe = std::make_unique<FakeProbe>();
                        probe->next.pss_mib = 5;
                        return probe;
                      },
                  .must_end = must_end,
                  .crews = crews,
                  .sink = sink,
                  .time = time,
                  .stop = stop,
                  .conclusive = [this](const record::RunRecord&) { return ++asked == answers_at; },
                  .epoch_ns = time.now_ns})
        .run();
  }
  const record::Comparison& comparison() const { return *record.comparison; }

  fakes::FakeTime time;
  fakes::FakeSink sink;
  std::atomic<bool> stop = false;
  record::RunRecord record;
  std::vector<std::vector<std::unique_ptr<launch::WorkerChannel>>> crews;
  std::map<Arm, int> starts;
  std::optional<Arm> refuse, dies;
  std::function<std::optional<std::string>()> must_end;
  int asked = 0, answers_at = -1;
};

TEST(PairedDriver, PairsEveryBlockAndStartsBothAfreshForEachRound) {
  PairedStage stage;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::complete) << stage.record.state_text;
  const std::uint32_t rounds = stage.comparison().pairs.back().round;
  EXPECT_GE(rounds, 8u);
  EXPECT_EQ(stage.starts[Arm::base], static_cast<int>(rounds) + 1) << "and once to get to know it";
  EXPECT_EQ(stage.starts[Arm::head], stage.starts[Arm::base]);
  EXPECT_EQ(stage.record.transfers.total(Arm::base).transfers,
            stage.record.transfers.total(Arm::head).transfers);
  EXPECT_EQ(stage.record.transfers.total(Arm::server).transfers, 0u);
}

TEST(PairedDriver, GivesBothBlocksOfAPairTheSameWork) {
  PairedStage stage;
  stage.run();
  int base_first = 0;
  for (const auto& pair : stage.comparison().pairs) {
    EXPECT_EQ(pair.base.transfers, pair.head.transfers);
    EXPECT_GT(pair.base.transfers, 0u);
    base_first += pair.base_first ? 1 : -1;
  }
  EXPECT_EQ(base_first, 0) << "AB and BA as often";
  EXPECT_DOUBLE_EQ(stage.comparison().pairs.front().base.server_cpu_s.value(), 0.5);
}

TEST(PairedDriver, EndsAComparisonThatMustNotGoOn) {
  PairedStage stage;
  int asked = 0;
  stage.must_end = [&]() -> std::optional<std::string> {
    if (++asked < 3) return std::nullopt;
    return "the head had more than it may have, and was ended";
  };
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::time_up);
  EXPECT_THAT(stage.record.state_text, HasSubstr("the head had more than it may have, and was ended after"));
  EXPECT_EQ(asked, 3) << "no more after the end";
  EXPECT_LT(stage.time.now_ns, 5'000'000'000) << "asked once a second";
}

TEST(PairedDriver, NotesMemoryOfBothInEachRound) {
  PairedStage stage;
  stage.run();
  EXPECT_EQ(stage.comparison().arm_rounds.size(), 2u * stage.comparison().pairs.back().round);
  const auto& round = stage.comparison().arm_rounds.front();
  EXPECT_EQ(round.peak_mib, 5);
  EXPECT_EQ(round.middle_mib, 5);
  EXPECT_EQ(round.end_mib, 5);
  EXPECT_GT(round.transfers_between, 0u);
}

TEST(PairedDriver, EndsWithinItsTime) {
  PairedStage stage;
  stage.run();
  EXPECT_LE(stage.record.duration_s, 11);
}

/// Two rounds of so many kinds of work take longer than all the time that was asked for.
TEST(PairedDriver, EndsBeforeTwoRoundsAreDoneWhenTheyCannotFit) {
  PairedStage stage([](const auto&... transfer) { return fakes::healthy(transfer...); });
  stage.record.fixtures.resize(300, {.name = "book", .size = 1'000'000});
  stage.record.comparison->max_time_s = 3;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::time_up);
  EXPECT_THAT(stage.record.state_text, HasSubstr("of 300 kinds of work: ask for more --max-time"));
  EXPECT_LE(stage.record.duration_s, latest_end_s(3) + 1);
}

TEST(PairedDriver, GivesEachClientCountBlocksOfItsOwn) {
  PairedStage stage(fakes::healthy, {1, 3});
  stage.run();
  std::map<std::uint32_t, std::size_t> pairs;
  for (const auto& pair : stage.comparison().pairs) {
    ++pairs[pair.clients];
    EXPECT_EQ(pair.base.transfers % pair.clients, 0u);
  }
  EXPECT_THAT(pairs, SizeIs(2));
  EXPECT_EQ(pairs[1] % 2, 0u);
  EXPECT_EQ(pairs[3] % 2, 0u);
}

TEST(PairedDriver, StopsAtTheLookThatAnswers) {
  PairedStage stage;
  stage.record.comparison->max_time_s = 1000;
  stage.record.comparison->until_conclusive = true;
  stage.answers_at = 2;
  stage.run();
  EXPECT_EQ(stage.comparison().pairs.back().round, 24u);
  EXPECT_EQ(stage.comparison().looks, 2u);
}

TEST(PairedDriver, DoesNotLookWithoutBeingAsked) {
  PairedStage stage;
  stage.run();
  EXPECT_EQ(stage.asked, 0);
  EXPECT_EQ(stage.comparison().looks, 1u);
}

TEST(PairedDriver, CountsTheLastJudgementAsALook) {
  PairedStage stage;
  stage.record.comparison->max_time_s = 30;
  stage.record.comparison->until_conclusive = true;
  stage.run();
  EXPECT_EQ(static_cast<int>(stage.comparison().looks), stage.asked + 1);
}

TEST(PairedDriver, EndsInOrderWhenInterrupted) {
  PairedStage stage;
  stage.stop = true;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::interrupted);
  EXPECT_GT(stage.sink.checkpoints, 0);
}

TEST(PairedDriver, SaysWhichServerCouldNotBeStarted) {
  PairedStage stage;
  stage.refuse = Arm::head;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::failed);
  EXPECT_THAT(stage.record.state_text, HasSubstr("the head could not be started: port taken"));
}

TEST(PairedDriver, NotesWhichServerDied) {
  PairedStage stage;
  stage.dies = Arm::base;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::server_died);
  const auto died = std::find_if(stage.record.server_ends.begin(), stage.record.server_ends.end(),
                                 [](const auto& end) { return end.by_itself; });
  ASSERT_NE(died, stage.record.server_ends.end());
  EXPECT_EQ(died->arm, Arm::base);
  EXPECT_EQ(died->exit_code, 3);
}

TEST(PairedDriver, GivesUpOnAServerThatHangs) {
  PairedStage stage([](const protocol::WorkerBlock& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = fakes::healthy(block, iteration, fixture);
    record.error = protocol::TransferError::deadline;
    record.identical.reset();
    return record;
  });
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(stage.record.transfers.total(Arm::base).transfers, 1u) << "one deadline is enough";
  ASSERT_THAT(stage.record.warnings, SizeIs(1));
  EXPECT_EQ(stage.record.warnings.front().id, "drive.gave_up");
}

/// The first block is the base's, and the end comes before it is answered.
TEST(PairedDriver, NotesWhichServerHadNotAnsweredAtTheEnd) {
  PairedStage stage;
  for (auto& worker : stage.crews.front()) dynamic_cast<FakeWorker&>(*worker).silent = true;
  stage.record.comparison->max_time_s = 3;
  stage.run();
  EXPECT_EQ(stage.record.state, RunState::time_up);
  ASSERT_TRUE(stage.comparison().unanswered);
  EXPECT_EQ(stage.comparison().unanswered->arm, Arm::base);
  EXPECT_GE(stage.comparison().unanswered->waited_s, 2.5);
}

/// What hangs is met before the first round, and then two rounds cannot be had any more.
TEST(PairedDriver, LetsABlockLastLongerOnceTheRoundsHaveBegun) {
  PairedStage* seen = nullptr;
  std::vector<double> ends_s;
  PairedStage stage([&](const auto&... transfer) {
    ends_s.push_back(seen->record.plan.max_time_s.value());
    return fakes::healthy(transfer...);
  });
  seen = &stage;
  stage.run();
  EXPECT_EQ(ends_s.front(), 10);
  EXPECT_EQ(ends_s.back(), latest_end_s(10));
  EXPECT_EQ(stage.record.plan.max_time_s, latest_end_s(10));
}

TEST(PairedDriver, LeavesNothingUnansweredWhenItEndsInOrder) {
  PairedStage stage;
  stage.run();
  EXPECT_FALSE(stage.comparison().unanswered);
}

TEST(PairedDriver, WarnsOfAServerThatWorksWhileTheOtherIsMeasured) {
  PairedStage stage;
  stage.run();  // the fake probes count half a second for each look, idle or not
  ASSERT_FALSE(stage.record.warnings.empty());
  EXPECT_EQ(stage.record.warnings.front().id, "compare.disturbance");
}

}  // namespace
}  // namespace bftp::drive
