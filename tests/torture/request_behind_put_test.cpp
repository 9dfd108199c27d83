// framing.request_behind_put: where a stream ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::request_behind_put_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = writable()) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  auto outcome = find(run_suites(subject, {"transfer"}, "bftp", files), "framing.request_behind_put");
  EXPECT_EQ(disk.files.size(), 1u) << "what was there before";
  return outcome;
}

TEST(RequestBehindPut, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

/// Forgets what came with the end of a stream.
class DropsTheRest final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void receive(std::string_view segment) override {
    const bool within = awaits_stream();
    BftpConnection::receive(within ? segment.substr(0, std::min(segment.size(), missing())) : segment);
  }
};

TEST(RequestBehindPut, BreaksAServerThatDropsIt) {
  const auto outcome = of<DropsTheRest>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("no answer that is right: it said nothing"));
  EXPECT_THAT(outcome.cause, HasSubstr("was dropped"));
}

/// Takes longer than anybody waits.
class StoresSlowly final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    disk_.files[name] = content;
    take_rest();
  }
};

TEST(RequestBehindPut, DoesNotGuessWhyAServerIsSilent) {
  const auto outcome = of<StoresSlowly>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("in one segment: it said nothing"));
  EXPECT_THAT(outcome.cause, ::testing::Not(HasSubstr("were taken for the stream")));
  EXPECT_THAT(outcome.cause, HasSubstr("takes longer to store a file"));
}

TEST(RequestBehindPut, IsSkippedWhereThereIsNoRoom) {
  class IsFull final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void put(const std::string&, const std::string&) override { say("ERR 507 out of space"); }
  };
  EXPECT_EQ(of<IsFull>().result, CaseResult::skipped);
}

/// Takes a segment for the whole of a stream.
class TakesTheSegment final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    BftpConnection::put(name, content + take_rest());
  }
};

TEST(RequestBehindPut, BreaksAServerThatStoresIt) {
  const auto outcome = of<TakesTheSegment>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("bytes now, where 36 were announced"));
  EXPECT_THAT(outcome.cause, HasSubstr("More than the announced bytes were taken for the stream"));
}

TEST(RequestBehindPut, IsSkippedWhereNothingIsStored) {
  EXPECT_EQ(of<BftpConnection>(some_files()).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::request_behind_put_test
