// conformance.range_limits: parts within, around and beyond a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::range_limits_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of() {
  return try_out<Connection>().outcomes.at("range_limits");
}

/// Answers a RANGE that holds `what` otherwise.
template <class Otherwise>
class Special : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (!request.starts_with("RANGE ") || !Otherwise::is_for(request)) return BftpConnection::obey(request);
    say(Otherwise::answer);
  }
};

struct Overflows {
  static bool is_for(const std::string& request) { return request.find("5807 9223") != std::string::npos; }
  static constexpr const char* answer = "ERR 500 failed";
};
struct Missing {
  static bool is_for(const std::string&) { return true; }
  static constexpr const char* answer = "ERR 405 unknown verb";
};
struct PastTheEnd {
  static bool is_for(const std::string& request) { return request.starts_with("RANGE 21 "); }
  static constexpr const char* answer = "ERR 400 offset past the end";
};

TEST(RangeLimits, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("5.6", "1.5"));
}

TEST(RangeLimits, BreaksASumThatOverflows) {
  const auto outcome = of<Special<Overflows>>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("RANGE 9223372036854775807 9223372036854775807"));
  EXPECT_THAT(outcome.cause, HasSubstr("overflows"));
}

TEST(RangeLimits, BreaksARefusalPastTheEnd) {
  EXPECT_EQ(of<Special<PastTheEnd>>().result, CaseResult::broken);
}

TEST(RangeLimits, IsSkippedWithoutRange) {
  EXPECT_EQ(of<Special<Missing>>().result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::range_limits_test
