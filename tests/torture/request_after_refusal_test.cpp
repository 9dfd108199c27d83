// A request that follows a refusal on the same connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::request_after_refusal_test {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome outcome_of() {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  return find(run_suites(subject, {"transfer"}, "bftp"), "framing.request_after_refusal");
}

/// The buffer is not cleared after a refusal, and the next request ends where the old one did.
class KeepsTheTail final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    std::string taken = request;
    if (taken.size() < refused_.size()) taken += refused_.substr(taken.size());
    const bool is_missing = taken.starts_with("GET ") && !disk_.files.contains(taken.substr(4));
    refused_ = is_missing ? taken : "";
    BftpConnection::obey(taken);
  }

 private:
  std::string refused_;
};

class ClosesAfterRefusal final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    BftpConnection::get(name);
    if (!disk_.files.contains(name)) closed = true;
  }
};

class SendsNothingForIt final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (disk_.files.contains(name)) return BftpConnection::get(name);
    closed = true;
  }
};

TEST(RequestAfterRefusal, IsServedByARightServer) {
  const auto outcome = outcome_of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(outcome.demand, CaseDemand::must);
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("2.3"));
}

TEST(RequestAfterRefusal, FindsWhatIsLeftOfTheRefusedOne) {
  const auto outcome = outcome_of<KeepsTheTail>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("after the refusal"));
  EXPECT_THAT(outcome.cause, HasSubstr("buffer"));
}

TEST(RequestAfterRefusal, FindsAConnectionThatEndsWithIt) {
  EXPECT_EQ(outcome_of<ClosesAfterRefusal>().result, CaseResult::broken);
}

TEST(RequestAfterRefusal, LeavesAnUnansweredMissingFileToItsOwnCase) {
  EXPECT_EQ(outcome_of<SendsNothingForIt>().result, CaseResult::skipped);
}

TEST(RequestAfterRefusal, AppliesWhereTheProtocolSaysThatTheConnectionGoesOn) {
  std::vector<std::string_view> dialects;
  for (const auto* speech : all_speeches())
    if (!cases_named({"framing.request_after_refusal"}, *speech).empty())
      dialects.push_back(speech->dialect());
  EXPECT_THAT(dialects, ::testing::UnorderedElementsAre("bftp", "http", "http1.1"));
}

}  // namespace
}  // namespace bftp::torture::request_after_refusal_test
