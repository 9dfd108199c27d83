// The concurrency cases: clients that hold a connection while another asks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/conversation.hpp"
#include "tests/torture/fakes.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::HasSubstr;

/// Attends to a connection only while fewer than `room` others are open that count: all of them, those that
/// have sent something, or those that have asked for the large file.
enum class Counts { all, begun, large };

class Limited final : public NulConnection {
 public:
  Limited(int& open, int room, Counts counts) : open_(open), counts_kind_(counts), has_room_(open < room) {
    if (counts == Counts::all) count();
  }
  ~Limited() override { leave(); }
  void receive(std::string_view segment) override {
    if (!has_room_) return;
    if (counts_kind_ == Counts::begun || segment.starts_with("large.bin")) count();
    NulConnection::receive(segment);
    if (segment.starts_with("large.bin")) closed = false;
  }
  void end() override {
    leave();
    NulConnection::end();
  }

 private:
  void count() { counted_ = counted_ || ++open_ > 0; }
  void leave() {
    if (counted_) --open_;
    counted_ = false;
  }

  int& open_;
  Counts counts_kind_;
  bool has_room_;
  bool counted_ = false;
};

CaseOutcome of_limited(int room, Counts counts, const char* id) {
  int open = 0;
  FakeSubject subject([&] { return std::make_unique<Limited>(open, room, counts); });
  return find(run_suites(subject, {"concurrency"}), id);
}

TEST(SilentClient, HoldsUpAServerOfOneAtATime) {
  const auto outcome = of_limited(1, Counts::all, "concurrency.silent_client");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.demand, CaseDemand::should) << "the lecture's servers are meant so";
  EXPECT_EQ(outcome.done, "A client connected and said nothing.");
  EXPECT_THAT(outcome.happened, HasSubstr("sent nothing and kept the connection open"));
  EXPECT_THAT(outcome.cause, HasSubstr("meant to"));
  EXPECT_THAT(outcome.reproduce, HasSubstr("(sleep 60) | nc 127.0.0.1 12345 | sleep 60 & sleep 1; ("));
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("6.1"));
  EXPECT_EQ(outcome.server_after, "");
}

TEST(SilentClient, MayAlsoBeOneOfHalfARequest) {
  const auto outcome = of_limited(1, Counts::begun, "concurrency.silent_client");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.done, "A client sent half of a request, and then nothing.");
}

/// Waits for the first byte of one client, some seconds at most, before it looks at the next.
class Patient final : public NulConnection {
 public:
  Patient(int& open, FakeSubject*& subject, milliseconds late) : open_(open), subject_(subject), late_(late) {
    ++open_;
  }
  ~Patient() override { leave(); }
  void receive(std::string_view segment) override {
    if (open_ > 1) subject_->time += late_;
    NulConnection::receive(segment);
  }
  void end() override {
    leave();
    NulConnection::end();
  }

 private:
  void leave() { open_ -= std::exchange(counts_, 0); }
  int& open_;
  FakeSubject*& subject_;
  milliseconds late_;
  int counts_ = 1;
};

CaseOutcome of_patient(milliseconds late) {
  int open = 0;
  FakeSubject* self = nullptr;
  FakeSubject subject([&] { return std::make_unique<Patient>(open, self, late); });
  self = &subject;
  return find(run_suites(subject, {"concurrency"}), "concurrency.silent_client");
}

TEST(SilentClient, HoldsUpWhomItMakesWaitForSeconds) {
  const auto outcome = of_patient(milliseconds(3'900));
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("it was served only after 3900 ms, and after 0 ms once nobody"));
  EXPECT_EQ(of_patient(milliseconds(900)).result, CaseResult::kept) << "a busy machine does that";
}

TEST(SilentClient, IsAloneSoAServerOfTwoPasses) {
  EXPECT_EQ(of_limited(2, Counts::all, "concurrency.silent_client").result, CaseResult::kept);
}

TEST(SilentClient, IsForbiddenToHoldUpOthersInBftp) {
  const auto& cases = cases_for({"concurrency"}, *find_speech("bftp"));
  for (const auto* one : cases) {
    const bool is_demand = one->id() != "concurrency.idle_clients";
    EXPECT_EQ(one->demand(*find_speech("bftp")), is_demand ? CaseDemand::must : CaseDemand::should)
        << one->id();
  }
}

TEST(StalledReader, HoldsUpAServerThatLocksWhileItSends) {
  const auto outcome = of_limited(1, Counts::large, "concurrency.stalled_reader");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.reproduce, HasSubstr("printf 'large.bin"));
  EXPECT_EQ(of_limited(1, Counts::large, "concurrency.silent_client").result, CaseResult::kept);
}

TEST(StalledReader, IsNotTriedWithoutALargeFile) {
  auto files = some_files();
  files.large.clear();
  FakeSubject subject([] { return std::make_unique<NulConnection>(); });
  const auto outcome = find(run_suites(subject, {"concurrency"}, "nul", files), "concurrency.stalled_reader");
  EXPECT_EQ(outcome.result, CaseResult::skipped);
}

/// Answers GET of the probe in bftp, as many times as it is asked. One that has no turn leaves what has come
/// lying until somebody listens and it has.
enum class Turns { each, first_ready, first_connected };

class PerhapsUnfair final : public FakeConnection {
 public:
  PerhapsUnfair(std::vector<PerhapsUnfair*>& all, Turns turns, bool at_a_time)
      : all_(all), turns_(turns), at_a_time_(at_a_time) {
    all_.push_back(this);
  }
  ~PerhapsUnfair() override { std::erase(all_, this); }
  void receive(std::string_view segment) override {
    static const std::string request = find_speech("bftp")->ask(some_files().probe.name);
    input_ += segment;
    std::size_t came = 0;
    for (; input_.starts_with(request); input_.erase(0, request.size())) ++came;
    waiting_ += at_a_time_ ? std::min<std::size_t>(came, 1) : came;
  }
  /// One answer a look, so that a request of the greedy client is always there.
  void more() override {
    const auto goes_before = [&](const auto* one) {
      return turns_ == Turns::first_connected || one->waiting_ > 0;
    };
    if (waiting_ == 0) return;
    const auto first = std::ranges::find_if(all_, goes_before);
    const bool is_first = first != all_.end() && *first == this;
    if (turns_ != Turns::each && !is_first) return;
    --waiting_;
    const std::string content = some_files().probe.content;
    const std::string reply = "OK " + std::to_string(content.size());
    out += protocol::encode_header(reply.size()) + reply + content;
  }
  void end() override { std::erase(all_, this); }

 private:
  std::vector<PerhapsUnfair*>& all_;
  Turns turns_;
  bool at_a_time_;
  std::size_t waiting_ = 0;
  std::string input_;
};

CaseOutcome of_greedy(Turns turns, bool at_a_time = false) {
  std::vector<PerhapsUnfair*> all;
  FakeSubject subject([&] { return std::make_unique<PerhapsUnfair>(all, turns, at_a_time); });
  return find(run_suites(subject, {"concurrency"}, "bftp"), "concurrency.greedy_client");
}

TEST(GreedyClient, IsAlwaysFirstForAServerThatTakesTheFirstReadyOne) {
  const auto outcome = of_greedy(Turns::first_ready);
  EXPECT_EQ(outcome.result, CaseResult::broken) << outcome.happened;
  EXPECT_EQ(outcome.demand, CaseDemand::must);
  EXPECT_THAT(outcome.happened, HasSubstr("another client had got nothing after"));
  EXPECT_THAT(outcome.cause, HasSubstr("once before any is served again"));
}

TEST(GreedyClient, IsServedInTurnByOthers) {
  const auto outcome = of_greedy(Turns::each);
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

TEST(GreedyClient, IsNoneWhereNothingIsTakenInAdvance) {
  const auto outcome = of_greedy(Turns::first_ready, true);
  EXPECT_EQ(outcome.result, CaseResult::skipped);
  EXPECT_THAT(outcome.happened, HasSubstr("little that is asked in advance"));
}

TEST(GreedyClient, IsNotTriedOnAServerOfOneAtATime) {
  const auto outcome = of_greedy(Turns::first_connected);
  EXPECT_EQ(outcome.result, CaseResult::skipped) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("the second is not served"));
}

TEST(IdleClients, FillAServerWithRoomForFew) {
  EXPECT_EQ(of_limited(8, Counts::all, "concurrency.idle_clients").result, CaseResult::broken);
  EXPECT_EQ(of_limited(9, Counts::all, "concurrency.idle_clients").result, CaseResult::kept);
}

/// Learns of a client's end only when time has passed.
class SlowToForget final : public NulConnection {
 public:
  SlowToForget(const FakeSubject* const& subject, milliseconds& busy_until)
      : subject_(subject), busy_until_(busy_until), refuses_(subject->time < busy_until) {}
  void receive(std::string_view segment) override {
    heard_ = true;
    if (refuses_)
      closed = true;
    else
      NulConnection::receive(segment);
  }
  void end() override {
    if (!heard_) busy_until_ = subject_->time + milliseconds(120);
    NulConnection::end();
  }

 private:
  const FakeSubject* const& subject_;
  milliseconds& busy_until_;
  bool refuses_;
  bool heard_ = false;
};

TEST(HeldCases, GiveAServerAMomentToSeeThatTheClientsHaveGone) {
  milliseconds busy_until{0};
  const FakeSubject* address = nullptr;
  FakeSubject subject([&] { return std::make_unique<SlowToForget>(address, busy_until); });
  address = &subject;
  const auto outcome = find(run_suites(subject, {"concurrency"}), "concurrency.idle_clients");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(outcome.server_after, "");
  EXPECT_EQ(subject.starts, 1);
}

TEST(HeldCases, AreKeptByARightServerAndCostNoWaiting) {
  FakeSubject subject([] { return std::make_unique<NulConnection>(); });
  for (const auto& outcome : run_suites(subject, {"concurrency"})) {
    EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.id << outcome.happened;
    EXPECT_LT(outcome.took_s, 0.5) << outcome.id;
  }
}

}  // namespace
}  // namespace bftp::torture
