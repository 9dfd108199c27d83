// conformance.malformed_header: headers that are none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::malformed_header_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of() {
  return try_out<Connection>().outcomes.at("malformed_header");
}

TEST(MalformedHeader, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("1.6"));
}

class BelievesIt final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  bool refuse_header() override {
    if (input().starts_with("ffff")) return false;
    return BftpConnection::refuse_header();
  }
};

TEST(MalformedHeader, BreaksAServerThatWaitsForFourGibibytes) {
  const auto outcome = of<BelievesIt>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("\"ffffffff\" the server said nothing and waited"));
  EXPECT_THAT(outcome.cause, HasSubstr("65,536"));
}

class StaysOpen final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  bool refuse_header() override {
    BftpConnection::refuse_header();
    closed = false;
    return false;
  }
};

TEST(MalformedHeader, BreaksAConnectionThatGoesOn) {
  const auto outcome = of<StaysOpen>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("answered rightly and kept the connection"));
}

class OtherCode final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  bool refuse_header() override {
    say("ERR 500 no");
    closed = true;
    return false;
  }
};

TEST(MalformedHeader, BreaksAnotherCode) {
  const auto outcome = of<OtherCode>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("(due: 400)"));
}

class Closes final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  bool refuse_header() override {
    closed = true;
    return false;
  }
};

TEST(MalformedHeader, ToleratesACloseWithoutWords) {
  const auto outcome = of<Closes>();
  EXPECT_EQ(outcome.result, CaseResult::tolerated);
  EXPECT_THAT(outcome.happened, HasSubstr("closed without an answer"));
}

}  // namespace
}  // namespace bftp::torture::malformed_header_test
