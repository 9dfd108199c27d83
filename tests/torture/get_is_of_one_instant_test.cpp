// conformance.get_is_of_one_instant: a file that goes while it is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::get_is_of_one_instant_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of() {
  return try_one<Connection>("get_is_of_one_instant").outcomes.at("get_is_of_one_instant");
}

TEST(GetIsOfOneInstant, PassesARightServerAndLeavesNothing) {
  const auto trial = try_out<BftpConnection>();
  const auto& outcome = trial.outcomes.at("get_is_of_one_instant");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ElementsAre("4.1", "4.10", "4.2"));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

/// Sends one half at once and the other when the client asks for it: from what it has opened, or from what
/// has the name by then.
template <bool by_name_when_replaced, bool by_name_when_deleted>
class InTwoHalves : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return BftpConnection::get(name);
    name_ = name;
    opened_ = found->second;
    say("OK " + std::to_string(opened_.size()));
    out += opened_.substr(0, opened_.size() / 2);
  }
  void more() override {
    const std::string name = std::exchange(name_, {}), opened = std::exchange(opened_, {});
    if (name.empty()) return;
    const auto found = disk_.files.find(name);
    const bool is_there = found != disk_.files.end();
    closed = !is_there && by_name_when_deleted;
    if (!closed)
      out += (is_there && by_name_when_replaced ? found->second : opened).substr(opened.size() / 2);
  }

 private:
  std::string name_, opened_;
};

TEST(GetIsOfOneInstant, PassesAServerThatOpensOnce) {
  EXPECT_EQ((of<InTwoHalves<false, false>>().result), CaseResult::kept);
}

/// `PUT 0` cuts the file in place; all else goes beside it.
class CutsInPlace final : public InTwoHalves<false, false> {
 public:
  using InTwoHalves::InTwoHalves;
  void get(const std::string& name) override {
    asked_ = name;
    InTwoHalves::get(name);
  }
  void more() override {
    if (const auto found = disk_.files.find(asked_); found != disk_.files.end() && found->second.empty())
      closed = true;
    else
      InTwoHalves::more();
  }

 private:
  std::string asked_;
};

TEST(GetIsOfOneInstant, BreaksAFileThatIsCutInPlace) {
  const auto outcome = of<CutsInPlace>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("replaced with an empty one"));
}

TEST(GetIsOfOneInstant, BreaksAMixture) {
  const auto outcome = of<InTwoHalves<true, false>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the file was replaced while it was being sent"));
  EXPECT_THAT(outcome.happened, HasSubstr("it sent a mixture"));
}

TEST(GetIsOfOneInstant, BreaksAFileThatIsLostWithItsName) {
  const auto outcome = of<InTwoHalves<false, true>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the file was deleted while it was being sent"));
  EXPECT_THAT(outcome.happened, HasSubstr("closed the connection after 4194304 of 8388608 bytes"));
}

/// Holds a lock until the client has read on.
class LocksWhileItSends final : public InTwoHalves<false, false> {
 public:
  using InTwoHalves::InTwoHalves;
  void get(const std::string& name) override {
    InTwoHalves::get(name);
    if (!out.empty()) disk_.cache["lock"];
  }
  void more() override {
    if (!out.empty()) return;
    InTwoHalves::more();
    if (!out.empty()) disk_.cache.clear();
  }
  void end() override {
    disk_.cache.clear();
    InTwoHalves::end();
  }
  void begin_put(const std::string& name, std::size_t size) override {
    if (!disk_.cache.contains("lock")) InTwoHalves::begin_put(name, size);
  }
};

TEST(GetIsOfOneInstant, BreaksALockThatAReaderHolds) {
  const auto outcome = of<LocksWhileItSends>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("a PUT onto its file came to no end"));
  EXPECT_THAT(outcome.cause, HasSubstr("lock"));
}

TEST(GetIsOfOneInstant, BreaksABlockThatIsSentAgainAndAgain) {
  const auto outcome = of<RepeatsABlock>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("neither the old content nor the new one, nor a mixture"));
  EXPECT_THAT(outcome.cause, HasSubstr("sent twice"));
}

TEST(GetIsOfOneInstant, ToleratesARefusalWhileAnotherReads) {
  class Busy final : public InTwoHalves<false, false> {
   public:
    using InTwoHalves::InTwoHalves;
    void begin_put(const std::string& name, std::size_t size) override {
      if (disk_.files.contains(name)) return say("ERR 500 busy, try again");
      InTwoHalves::begin_put(name, size);
    }
  };
  const auto outcome = of<Busy>();
  EXPECT_EQ(outcome.result, CaseResult::tolerated);
  EXPECT_THAT(outcome.happened, HasSubstr("refused a PUT onto it"));
}

TEST(GetIsOfOneInstant, BreaksADeleteThatWaitsForAReader) {
  class Waits final : public InTwoHalves<false, false> {
   public:
    using InTwoHalves::InTwoHalves;
    void del(const std::string& name) override {
      const auto found = disk_.files.find(name);
      if (found == disk_.files.end() || found->second.size() < 8u << 20) InTwoHalves::del(name);
    }
  };
  const auto outcome = of<Waits>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("a DELETE of its file came to no end"));
  EXPECT_THAT(outcome.cause, HasSubstr("lock"));
}

}  // namespace
}  // namespace bftp::torture::get_is_of_one_instant_test
