// conformance.refusals: codes of clause 4.13, and what comes after them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Refusals, PassARightServer) {
  const auto outcome = try_out<BftpConnection>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("refused all 25"));
}

TEST(Refusals, LeavePutAndDeleteOutWhereNothingMayBeStored) {
  const auto outcome = try_out<BftpConnection>(some_files()).outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.done, HasSubstr("16 requests"));
}

/// Verbs that begin so are refused, whatever they name.
template <int code>
class Without : public BftpConnection {
 public:
  Without(Disk& disk, std::vector<std::string> verbs) : BftpConnection(disk), verbs_(std::move(verbs)) {}
  void obey(const std::string& request) override {
    for (const auto& verb : verbs_)
      if (request.starts_with(verb)) return say("ERR " + std::to_string(code) + " no");
    BftpConnection::obey(request);
  }

 private:
  std::vector<std::string> verbs_;
};

TEST(Refusals, AskNothingOfPutAndDeleteWhereNobodyMayWrite) {
  class ReadOnly final : public Without<403> {
   public:
    explicit ReadOnly(Disk& disk) : Without(disk, {"PUT", "DELETE"}) {}
  };
  const auto outcome = try_out<ReadOnly>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.done, HasSubstr("16 requests"));
}

TEST(Refusals, TolerateAServerWithoutSomeVerbs) {
  class NoFolders final : public Without<405> {
   public:
    explicit NoFolders(Disk& disk) : Without(disk, {"CD", "LIST", "PWD"}) {}
  };
  const auto outcome = try_out<NoFolders>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::tolerated);
  EXPECT_THAT(outcome.happened, HasSubstr("the server has no CD, LIST, PWD; all else"));
}

/// Every failure is one of the server.
class AlwaysFails final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void receive(std::string_view segment) override {
    BftpConnection::receive(segment);
    for (auto at = out.find("ERR 4"); at != std::string::npos; at = out.find("ERR 4")) out[at + 4] = '5';
  }
};

TEST(Refusals, BreakTheWrongCodeAndTellTheFirst) {
  const auto outcome = try_out<AlwaysFails>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("25 of 25"), HasSubstr("\"GET refusals-no-such\""),
                                      HasSubstr("(due: 404)"), HasSubstr("and 22 more")));
  EXPECT_THAT(outcome.cause, HasSubstr("ENOENT"));
}

class ClosesAfterRefusal final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void receive(std::string_view segment) override {
    BftpConnection::receive(segment);
    closed = closed || out.find("ERR") != std::string::npos;
  }
};

TEST(Refusals, BreakAServerThatClosesAfterThem) {
  const auto outcome = try_out<ClosesAfterRefusal>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("answered rightly and closed"));
  EXPECT_THAT(outcome.cause, HasSubstr("2.3"));
}

class TakesAnySize final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("PUT 03 ")) return begin_put(request.substr(7), 3);
    BftpConnection::obey(request);
  }
};

TEST(Refusals, BreakOneThatIsObeyedAndLeaveNothing) {
  const auto trial = try_out<TakesAnySize>();
  const auto& outcome = trial.outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened,
              AllOf(HasSubstr("1 of 25"), HasSubstr("\"PUT 03 own"), Not(HasSubstr("more"))));
  EXPECT_THAT(outcome.cause, HasSubstr("not looked at"));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

class SaysNothing final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (!request.starts_with("FROB")) BftpConnection::obey(request);
  }
};

TEST(Refusals, BreakSilence) {
  const auto outcome = try_out<SaysNothing>().outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened,
              HasSubstr("FROBNICATE refusals-no-such\" the server said nothing (due: 405)"));
}

}  // namespace
}  // namespace bftp::torture
