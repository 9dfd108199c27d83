// hostile.unread_answers: requests whose answers nobody reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::unread_answers_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = some_files()) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  for (auto& one : run_suites(subject, {"hostile"}, "bftp", files))
    if (one.id == "hostile.unread_answers") return std::move(one);
  return {};
}

/// Has the folder, and takes nothing while its answers lie there.
class Waits : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  bool has_room() const override { return out.size() < (1u << 20); }
  void obey(const std::string& request) override {
    request.starts_with("CD /d") ? say("OK" + request.substr(2)) : BftpConnection::obey(request);
  }
};

class PilesUp : public Waits {
 public:
  using Waits::Waits;
  bool has_room() const override { return true; }
};

/// Has its limit for what one client may be owed.
class Closes : public PilesUp {
 public:
  using PilesUp::PilesUp;
  void receive(std::string_view segment) override {
    PilesUp::receive(segment);
    if (out.size() > (1u << 20)) reset = true;
  }
};

class KnowsNoFolder : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    request.starts_with("CD ") ? say("ERR 405 unknown verb") : BftpConnection::obey(request);
  }
};

TEST(UnreadAnswers, PassWhoWaitsOrEndsIt) {
  const auto waits = of<Waits>();
  EXPECT_EQ(waits.result, CaseResult::kept) << waits.happened;
  EXPECT_THAT(waits.happened, HasSubstr("took no more requests"));
  const auto closes = of<Closes>();
  EXPECT_EQ(closes.result, CaseResult::kept) << closes.happened;
  EXPECT_THAT(closes.happened, HasSubstr("ended the connection"));
}

TEST(UnreadAnswers, BreakWhoPilesThemUp) {
  const auto outcome = of<PilesUp>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.demand, record::CaseDemand::asked);
  EXPECT_THAT(outcome.happened, HasSubstr("took 24 MiB of requests"));
  EXPECT_THAT(outcome.cause, HasSubstr("drain()"));
  EXPECT_LT(outcome.wire.size(), 20u) << "no line for each request";
}

TEST(UnreadAnswers, AreNotTriedWithoutAFolder) {
  EXPECT_EQ(of<KnowsNoFolder>().result, CaseResult::skipped);
  auto files = some_files();
  files.long_folder.clear();
  EXPECT_EQ(of<Waits>(files).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::unread_answers_test
