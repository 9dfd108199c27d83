// concurrency.slow_reader: a time limit on a whole connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::slow_reader_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

constexpr std::size_t large_bytes = 16u << 20;
constexpr std::size_t piece_bytes = 64u << 10;

CaseFiles with_a_large_file() {
  auto files = writable();
  files.large = "large.bin";
  return files;
}

/// Sends the large file piece by piece, and closes once so many of them have been taken.
template <std::size_t pieces_max>
class InPieces final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (name != "large.bin") return BftpConnection::get(name);
    say("OK " + std::to_string(large_bytes));
    left_ = large_bytes;
  }
  void more() override {
    if (left_ == 0) return;
    if (pieces_++ == pieces_max) {
      left_ = 0;
      closed = true;
      return;
    }
    out = std::string(piece_bytes, 'x');
    left_ -= piece_bytes;
  }

 private:
  std::size_t left_ = 0;
  std::size_t pieces_ = 0;
};

template <class Connection>
CaseOutcome outcome_of(const CaseFiles& files = with_a_large_file()) {
  return try_one<Connection>("concurrency.slow_reader", files).outcomes.at("slow_reader");
}

TEST(SlowReader, GetsTheWholeFile) {
  const auto outcome = outcome_of<InPieces<large_bytes / piece_bytes>>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_GE(outcome.took_s, 12);
}

TEST(SlowReader, IsNotCutAfterSoManySeconds) {
  const auto outcome = outcome_of<InPieces<32>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("it closed the connection after 2097152 of 16777216 bytes"));
  EXPECT_THAT(outcome.happened, HasSubstr("seen 8 s after"));
  EXPECT_THAT(outcome.cause, HasSubstr("SetDeadline()"));
}

TEST(SlowReader, IsSkippedWithoutALargeFile) {
  auto files = writable();
  files.large.clear();
  EXPECT_EQ(outcome_of<InPieces<1>>(files).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::slow_reader_test
