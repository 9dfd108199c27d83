// concurrency.hashes_at_once: a digest that all clients share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::hashes_at_once_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome outcome_of() {
  const auto trial = try_one<Connection>("concurrency.hashes_at_once", writable());
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
  return trial.outcomes.at("hashes_at_once");
}

TEST(HashesAtOnce, PassARightServer) {
  const auto outcome = outcome_of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("all 40 hashes"));
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("5.3", "6.1"));
}

/// Each second four of them: the four before are asked for one by one, and a broken case is tried again.
template <bool of_another_file>
class SharesItsDigest final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string hash(const std::string& name) override {
    auto& asked = disk_.cache["asked"];
    asked += "x";
    const std::string right = BftpConnection::hash(name);
    const std::string before = std::exchange(disk_.cache["before"], right);
    if ((asked.size() - 1) % 8 < 4) return right;
    return of_another_file ? before : std::string(64, 'e');
  }
};

TEST(HashesAtOnce, BreakASharedDigest) {
  const auto outcome = outcome_of<SharesItsDigest<false>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("asked alone it had got that"));
  EXPECT_THAT(outcome.cause, HasSubstr("anew for each request"));
  EXPECT_THAT(outcome_of<SharesItsDigest<true>>().happened, HasSubstr("that another had asked for"));
}

class WrongAlone final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string hash(const std::string&) override { return "of no file"; }
};
class HasNoHash final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("HASH ")) return say("ERR 405 no such verb");
    BftpConnection::obey(request);
  }
};

TEST(HashesAtOnce, AreSkippedWhereOneAloneGetsNone) {
  for (const auto& outcome : {outcome_of<WrongAlone>(), outcome_of<HasNoHash>()})
    EXPECT_EQ(outcome.result, CaseResult::skipped) << outcome.happened;
}

}  // namespace
}  // namespace bftp::torture::hashes_at_once_test
