// concurrency.slow_reader: a time limit on a whole connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/torture/large_file.hpp"
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
class InPieces : public BftpConnection {
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

/// Sends what lies there, or the first piece again and again.
template <bool again_and_again>
class SendsWhatItHas final : public InPieces<large_bytes / piece_bytes> {
 public:
  using InPieces::InPieces;
  void more() override {
    InPieces::more();
    if (out.empty()) return;
    out = placed_large_part(again_and_again ? 0 : sent_, piece_bytes);
    sent_ += piece_bytes;
  }

 private:
  std::size_t sent_ = 0;
};

TEST(SlowReader, ComparesWhatComes) {
  auto files = with_a_large_file();
  files.large_part = placed_large_part;
  EXPECT_EQ(outcome_of<SendsWhatItHas<false>>(files).result, CaseResult::kept);
  const auto outcome = outcome_of<SendsWhatItHas<true>>(files);
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("16777216 bytes came, and from byte 65536 on"));
  EXPECT_THAT(outcome.cause, HasSubstr("sent twice"));
}

TEST(SlowReader, IsSkippedWithoutALargeFile) {
  auto files = writable();
  files.large.clear();
  EXPECT_EQ(outcome_of<InPieces<1>>(files).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::slow_reader_test
