// conformance.refusals: codes of clause 4.13, and what comes after them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::refusals_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Refusals, PassARightServer) {
  const auto outcome = try_one<BftpConnection>("refusals").outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("refused all 26"));
}

TEST(Refusals, LeavePutAndDeleteOutWhereNothingMayBeStored) {
  const auto outcome = try_one<BftpConnection>("refusals", some_files()).outcomes.at("refusals");
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
  const auto outcome = try_one<ReadOnly>("refusals").outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.done, HasSubstr("16 requests"));
}

TEST(Refusals, TolerateAServerWithoutSomeVerbs) {
  class NoFolders final : public Without<405> {
   public:
    explicit NoFolders(Disk& disk) : Without(disk, {"CD", "LIST", "PWD"}) {}
  };
  const auto outcome = try_one<NoFolders>("refusals").outcomes.at("refusals");
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

TEST(Refusals, BreakTheWrongCodeAndTellEachOne) {
  const auto outcome = try_one<AlwaysFails>("refusals").outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened,
              AllOf(HasSubstr("26 of 26"),
                    HasSubstr("\"GET refusals-no-such\" (due: 404): answered \"ERR 504 no such file\""),
                    HasSubstr("\"GET a\\tb\" (due: 400): answered"), HasSubstr("\"PUT 3 folder\" (due: 409)"),
                    Not(HasSubstr("; and "))));
  EXPECT_THAT(outcome.cause, HasSubstr("ENOENT"));
}

TEST(Refusals, ShowTheFirstThatFailed) {
  const auto outcome = try_one<AlwaysFails>("refusals").outcomes.at("refusals");
  EXPECT_THAT(outcome.reproduce, HasSubstr("GET refusals-no-such"));
  EXPECT_THAT(outcome.wire, ::testing::Each(Not(HasSubstr("LIST")))) << "no other request";
  EXPECT_THAT(outcome.wire, ::testing::Contains(HasSubstr("ERR 504 no such file")));
}

/// The texts of refusals are as long as they get.
class TalksAtLength final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request == "GET probe.bin" || request.starts_with("PUT 8 ") || request.starts_with("DELETE own"))
      return BftpConnection::obey(request);
    say("ERR 500 " + std::string(60'000, 'x'));
  }
};

TEST(Refusals, AreToldInBoundedWords) {
  const auto outcome = try_one<TalksAtLength>("refusals").outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_LT(outcome.happened.size(), 4'500U);
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
  const auto outcome = try_one<ClosesAfterRefusal>("refusals").outcomes.at("refusals");
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
  const auto trial = try_one<TakesAnySize>("refusals");
  const auto& outcome = trial.outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened,
              AllOf(HasSubstr("1 of 26"), HasSubstr("\"PUT 03 own"), Not(HasSubstr("more"))));
  EXPECT_THAT(outcome.cause, HasSubstr("not looked at"));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

/// DELETE as `rm -r`, which says so or denies it.
template <bool denies>
class DeletesTrees final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    auto& is_gone = disk_.cache["folder is gone"];
    if (request == "DELETE folder") is_gone = "yes";
    if (request == "DELETE folder" && !denies) return say("OK");
    if (request.find("folder/") != std::string::npos && !is_gone.empty()) return say("ERR 404 no such file");
    BftpConnection::obey(request);
  }
};

TEST(Refusals, BreakADeleteThatRemovesFolders) {
  const auto obeyed = try_one<DeletesTrees<false>>("refusals").outcomes.at("refusals");
  EXPECT_EQ(obeyed.result, CaseResult::broken);
  EXPECT_THAT(obeyed.happened, AllOf(HasSubstr("\"DELETE folder\" (due: 409): answered"),
                                     HasSubstr("the file in it did not come")));
  const auto denied = try_one<DeletesTrees<true>>("refusals").outcomes.at("refusals");
  EXPECT_EQ(denied.result, CaseResult::broken);
  EXPECT_THAT(denied.happened, HasSubstr("after DELETE folder, a folder, the file in it did not come"));
}

/// Decodes without a look at what cannot be decoded, and nobody catches that.
template <bool resets>
class DiesOfBytes final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (protocol::is_utf8(request)) return BftpConnection::obey(request);
    (resets ? reset : closed) = true;
  }
};

TEST(Refusals, SayThatARequestEndedTheConnection) {
  const auto closes = try_one<DiesOfBytes<false>>("refusals").outcomes.at("refusals");
  EXPECT_EQ(closes.result, CaseResult::broken);
  EXPECT_THAT(closes.happened, AllOf(HasSubstr("1 of 26"), HasSubstr("(due: 400): closed")));
  EXPECT_THAT(closes.cause, AllOf(HasSubstr("exception that nobody caught"), Not(HasSubstr("obeyed"))));
  const auto cuts = try_one<DiesOfBytes<true>>("refusals").outcomes.at("refusals");
  EXPECT_EQ(cuts.result, CaseResult::broken);
  EXPECT_THAT(cuts.happened, HasSubstr("(due: 400): cut the connection (RST)"));
  EXPECT_THAT(cuts.cause, AllOf(HasSubstr("cut the connection"), Not(HasSubstr("obeyed"))));
}

class SaysNothing final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (!request.starts_with("FROB")) BftpConnection::obey(request);
  }
};

TEST(Refusals, BreakSilence) {
  const auto outcome = try_one<SaysNothing>("refusals").outcomes.at("refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("\"FROBNICATE refusals-no-such\" (due: 405): said nothing"));
}

TEST(ExtendedRefusals, PassARightServer) {
  const auto outcome = try_one<BftpConnection>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("refused all 32"));
}

TEST(ExtendedRefusals, PassOverWhatTheServerDoesNotHave) {
  class NoHash final : public Without<405> {
   public:
    explicit NoHash(Disk& disk) : Without(disk, {"HASH", "MKDIR", "RMDIR"}) {}
  };
  class None final : public Without<405> {
   public:
    explicit None(Disk& disk)
        : Without(disk, {"HASH", "MKDIR", "RMDIR", "SIZE", "RANGE", "MOVE", "NOOP", "FEAT"}) {}
  };
  const auto some = try_one<NoHash>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(some.result, CaseResult::kept) << some.happened;
  EXPECT_THAT(some.happened, HasSubstr("refused all 21"));
  EXPECT_EQ(try_one<None>("extended_refusals").outcomes.at("extended_refusals").result, CaseResult::skipped);
}

TEST(ExtendedRefusals, AreNotAskedOfFoldersWhereNobodyMayWrite) {
  class ReadOnly final : public Without<403> {
   public:
    explicit ReadOnly(Disk& disk) : Without(disk, {"PUT", "DELETE", "MKDIR", "RMDIR", "MOVE"}) {}
  };
  const auto outcome = try_one<ReadOnly>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

/// 2.2: 403 says that the server may not do it, too.
TEST(ExtendedRefusals, AreNotAskedOfAVerbThatNobodyMayUse) {
  class NoFolders final : public Without<403> {
   public:
    explicit NoFolders(Disk& disk) : Without(disk, {"MKDIR", "RMDIR", "MOVE"}) {}
  };
  class NoHash final : public Without<403> {
   public:
    explicit NoHash(Disk& disk) : Without(disk, {"HASH"}) {}
  };
  const auto trial = try_one<NoFolders>("extended_refusals");
  const auto& outcome = trial.outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("refused all 20"));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
  const auto hash = try_one<NoHash>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(hash.result, CaseResult::kept) << hash.happened;
  EXPECT_THAT(hash.happened, HasSubstr("refused all 28"));
}

TEST(ExtendedRefusals, BreakA403ThatIsNotForTheVerb) {
  class NoneOfMissing final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void move_file(const std::string& from, const std::string& to) override {
      if (!disk_.files.contains(from)) return say("ERR 403 no");
      BftpConnection::move_file(from, to);
    }
  };
  const auto outcome = try_one<NoneOfMissing>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("\"MOVE "), HasSubstr("(due: 404): answered \"ERR 403 no")));
}

TEST(ExtendedRefusals, BreakAnRmdirThatRemovesFiles) {
  class RemovesAnything final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void remove_folder(const std::string& name) override {
      disk_.files.contains(name) ? del(name) : BftpConnection::remove_folder(name);
    }
  };
  const auto trial = try_one<RemovesAnything>("extended_refusals");
  const auto& outcome = trial.outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("1 of 32"), HasSubstr("-f\" (due: 409): answered \"")));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

/// MKDIR as `mkdir -p` has it.
class MakesAnyFolder final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void make_folder(const std::string&) override { say("OK"); }
};

TEST(ExtendedRefusals, BreakWhatIsObeyed) {
  const auto outcome = try_one<MakesAnyFolder>("extended_refusals").outcomes.at("extended_refusals");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("3 of 32"), HasSubstr("\"MKDIR probe.bin\" (due: 409)")));
}

}  // namespace
}  // namespace bftp::torture::refusals_test
