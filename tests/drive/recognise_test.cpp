#include "harness/drive/recognise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace bftp::drive {
namespace {

using protocol::TransferError;
using protocol::WorkerRecord;
using ::testing::ElementsAre;

WorkerRecord copy() {
  WorkerRecord record;
  record.identical = true;
  record.bytes = 768;
  return record;
}
WorkerRecord failed(TransferError error, std::uint64_t bytes = 0) {
  WorkerRecord record;
  record.error = error;
  record.bytes = bytes;
  return record;
}

/// A server that answers each dialect so, and any other with a close.
class Server {
 public:
  explicit Server(std::map<std::string, WorkerRecord, std::less<>> answers) : answers_(std::move(answers)) {}

  std::optional<std::string> recognised_as_told(std::string_view told) {
    return recognise_dialect(told, [this](std::string_view dialect) {
      tried.emplace_back(dialect);
      const auto found = answers_.find(dialect);
      return std::optional(found == answers_.end() ? failed(TransferError::closed_early) : found->second);
    });
  }

  std::vector<std::string> tried;

 private:
  std::map<std::string, WorkerRecord, std::less<>> answers_;
};

TEST(Recognise, ContentBehindAnAnswerLeavesNoDoubtThoughItNeverEnds) {
  for (const char* told : {"bftp", "stream", "http", "ftp"}) {
    Server server({{told, failed(TransferError::deadline, 767)}, {"raw", copy()}});
    EXPECT_EQ(server.recognised_as_told(told), std::nullopt);
    EXPECT_THAT(server.tried, ElementsAre(told));
  }
}

TEST(Recognise, KnowsAServerOfHttpThatWasToldToEncrypt) {
  Server server({{"https", failed(TransferError::malformed_reply)}, {"http", copy()}});
  EXPECT_EQ(server.recognised_as_told("https"), "http");
}

TEST(Recognise, AServerThatSpeaksAsToldIsTriedOnce) {
  Server server({{"nul", copy()}, {"http", copy()}});
  EXPECT_EQ(server.recognised_as_told("nul"), std::nullopt);
  EXPECT_THAT(server.tried, ElementsAre("nul"));
}

TEST(Recognise, AServerOfAnotherDialectIsNamed) {
  for (const char* spoken : {"http", "ftp", "bftp", "stream", "sized", "line", "nul", "raw", "fixed"}) {
    for (const char* told : {"bftp", "http", "ftp", "nul", "sized"}) {
      if (std::string_view(told) == spoken) continue;
      Server server({{spoken, copy()}, {told, failed(TransferError::deadline)}});
      EXPECT_EQ(server.recognised_as_told(told), spoken) << told;
    }
  }
}

TEST(Recognise, WordsOfHttpAndFtpAreEnough) {
  Server http({{"bftp", failed(TransferError::malformed_reply)}, {"http", failed(TransferError::refused)}});
  EXPECT_EQ(http.recognised_as_told("bftp"), "http");
  Server ftp({{"raw", failed(TransferError::closed_early, 20)}, {"ftp", failed(TransferError::refused)}});
  EXPECT_EQ(ftp.recognised_as_told("raw"), "ftp");
}

TEST(Recognise, ABrokenServerIsNoServerOfAnotherDialect) {
  for (const auto error : {TransferError::deadline, TransferError::reset, TransferError::closed_early,
                           TransferError::malformed_reply})
    EXPECT_EQ(Server({{"bftp", failed(error)}}).recognised_as_told("bftp"), std::nullopt);
  WorkerRecord wrong;
  wrong.identical = false;
  wrong.bytes = 768;
  EXPECT_EQ(Server({{"nul", wrong}, {"raw", wrong}}).recognised_as_told("nul"), std::nullopt);
}

TEST(Recognise, WhoRefusesInOrderSpeaksTheDialect) {
  Server server({{"bftp", failed(TransferError::refused)}, {"http", copy()}});
  EXPECT_EQ(server.recognised_as_told("bftp"), std::nullopt);
  EXPECT_THAT(server.tried, ElementsAre("bftp"));
  Server cut({{"http", failed(TransferError::closed_early, 5)}, {"line", copy()}});
  EXPECT_EQ(cut.recognised_as_told("http"), std::nullopt);
}

TEST(Recognise, ATrialThatCannotBeMadeSaysNothing) {
  EXPECT_EQ(recognise_dialect("bftp", [](std::string_view) { return std::optional<WorkerRecord>(); }),
            std::nullopt);
  EXPECT_EQ(Server({{"bftp", failed(TransferError::local)}, {"http", copy()}}).recognised_as_told("bftp"),
            std::nullopt);
}

TEST(Recognise, TheFixtureTriedIsSmallAndPlainlyNamed) {
  const std::vector<fixtures::Fixture> fixtures{
      {.name = "empty.bin", .size = 0},       {.name = "one.bin", .size = 1},
      {.name = "with space.txt", .size = 20}, {.name = "large.bin", .size = 64u << 20},
      {.name = "book.txt", .size = 900'000},  {.name = "small.bin", .size = 768}};
  ASSERT_NE(fixture_for_trial(fixtures), nullptr);
  EXPECT_EQ(fixture_for_trial(fixtures)->name, "small.bin");
  EXPECT_EQ(fixture_for_trial({fixtures.begin(), fixtures.begin() + 4}), nullptr);
}

}  // namespace
}  // namespace bftp::drive
