// hostile.odd_arguments: requests that make no sense, after which the next client is to be served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::odd_arguments_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection, class... Arguments>
CaseOutcome of(const std::function<void(FakeSubject&)>& prepare, Arguments&... arguments) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk, arguments...); });
  prepare(subject);
  return find(run_suites(subject, {"hostile"}, "bftp"), "hostile.odd_arguments");
}

TEST(OddArguments, LeaveARightServerAsItWas) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<BftpConnection>(disk); });
  const auto outcome = find(run_suites(subject, {"hostile"}, "bftp"), "hostile.odd_arguments");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(disk.files.size(), 1u) << "nothing was stored, moved or removed";
  EXPECT_EQ(disk.begun, 0);
}

/// The process ends at a length that points beyond the request.
class EndsAt final : public BftpConnection {
 public:
  EndsAt(Disk& disk, FakeSubject*& subject, const std::string& fatal)
      : BftpConnection(disk), subject_(subject), fatal_(fatal) {}
  void obey(const std::string& request) override {
    if (request != fatal_) return BftpConnection::obey(request);
    subject_->ended = launch::ExitStatus{.code = 2};
    closed = true;
  }

 private:
  FakeSubject*& subject_;
  const std::string& fatal_;
};

TEST(OddArguments, TheOneThatEndsTheServerIsNamed) {
  FakeSubject* self = nullptr;
  const std::string fatal = "MOVE 9 a b";
  const auto outcome = of<EndsAt>([&](FakeSubject& subject) { self = &subject; }, self, fatal);
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("after the request \"MOVE 9 a b\""));
  EXPECT_THAT(outcome.cause, HasSubstr("One client ended the service for all others"));
}

TEST(OddArguments, TheLastOneIsFollowedByAnotherClientToo) {
  FakeSubject* self = nullptr;
  const std::string fatal(3, '\0');
  const auto outcome = of<EndsAt>([&](FakeSubject& subject) { self = &subject; }, self, fatal);
  EXPECT_EQ(outcome.result, CaseResult::broken);
}

/// Answers nothing but what it knows.
class Silent final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request == "GET " + some_files().probe.name) BftpConnection::obey(request);
  }
};

TEST(OddArguments, SilenceIsNotThisCasesBusiness) {
  EXPECT_EQ(of<Silent>([](FakeSubject&) {}).result, CaseResult::kept);
}

}  // namespace
}  // namespace bftp::torture::odd_arguments_test
