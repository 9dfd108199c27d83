// framing.many_requests: one connection, asked again and again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome asked() {
  Disk disk;
  const auto files = some_files();
  disk.files[files.long_named->name] = files.long_named->content;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  return find(run_suites(subject, {"transfer"}, "bftp"), "framing.many_requests");
}

TEST(ManyRequests, PassARightServer) {
  const auto outcome = asked<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("all 150"));
  EXPECT_LE(outcome.wire.size(), WireLog::lines_max + 1);
}

TEST(ManyRequests, AskASlowServerAsOftenAsThereIsTimeFor) {
  class Slow final : public BftpConnection {
   public:
    Slow(Disk& disk, FakeSubject*& subject) : BftpConnection(disk), subject_(subject) {}
    void get(const std::string& name) override {
      subject_->time += milliseconds(450);
      BftpConnection::get(name);
    }

   private:
    FakeSubject*& subject_;
  };
  Disk disk;
  const auto files = some_files();
  disk.files[files.long_named->name] = files.long_named->content;
  FakeSubject* address = nullptr;
  FakeSubject subject([&] { return std::make_unique<Slow>(disk, address); });
  address = &subject;
  subject.life = milliseconds(60'000);
  const auto outcome = find(run_suites(subject, {"transfer"}, "bftp"), "framing.many_requests");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("all 50 that there was time for, of 150"));
}

template <int most>
class ClosesAfter final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    BftpConnection::get(name);
    closed = ++answered_ == most;
  }

 private:
  int answered_ = 0;
};

TEST(ManyRequests, BreakAServerThatClosesAfterAHundred) {
  const auto outcome = asked<ClosesAfter<100>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("answered 100 of 150 requests on the connection, then it closed"));
  EXPECT_THAT(outcome.cause, HasSubstr("counts requests"));
}

TEST(ManyRequests, BreakAServerOfOneRequest) {
  const auto outcome = asked<ClosesAfter<1>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.cause, HasSubstr("one request of a connection"));
}

/// Writes each name over the one before and does not end it.
class KeepsTheBuffer final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (name.size() > buffer_.size()) buffer_.resize(name.size());
    buffer_.replace(0, name.size(), name);
    BftpConnection::get(buffer_);
  }

 private:
  std::string buffer_;
};

TEST(ManyRequests, BreakANameThatKeepsTheEndOfAnotherOne) {
  const auto outcome = asked<KeepsTheBuffer>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("request 2 of 150 was not that to \"probe.bin\""));
  EXPECT_THAT(outcome.cause, HasSubstr("earlier request"));
}

class FallsSilent final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (++asked_ <= 50) BftpConnection::get(name);
  }

 private:
  int asked_ = 0;
};

TEST(ManyRequests, BreakAServerThatFallsSilent) {
  const auto outcome = asked<FallsSilent>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("answered 50 of 150"));
  EXPECT_THAT(outcome.happened, HasSubstr("kept the connection open"));
}

TEST(ManyRequests, AreOnlyAskedWhereAConnectionCarriesSeveral) {
  for (const auto* speech : all_speeches()) {
    const auto cases = cases_for({"transfer"}, *speech);
    const bool has =
        std::ranges::any_of(cases, [](const Case* one) { return one->id() == "framing.many_requests"; });
    EXPECT_EQ(has, speech->takes_several()) << speech->dialect();
  }
}

}  // namespace
}  // namespace bftp::torture
