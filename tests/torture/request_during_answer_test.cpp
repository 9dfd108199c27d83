// framing.request_during_answer: PWD in the midst of a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::request_during_answer_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(bool has_large = true) {
  Disk disk;
  if (has_large) disk.files[some_files().large] = std::string(300'000, 'L');
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  return find(run_suites(subject, {"transfer"}, "bftp"), "framing.request_during_answer");
}

/// Of a large file the second half goes out when the client reads on.
class InTheMidst : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    BftpConnection::get(name);
    if (name != some_files().large) return;
    rest_ = out.substr(out.size() / 2);
    out.resize(out.size() / 2);
  }
  void obey(const std::string& request) override {
    rest_.empty() ? BftpConnection::obey(request) : meanwhile(request);
  }
  void more() override {
    out += std::exchange(rest_, {});
    for (const auto& request : std::exchange(waiting_, {})) BftpConnection::obey(request);
  }

 protected:
  virtual void meanwhile(const std::string& request) { waiting_.push_back(request); }

 private:
  std::string rest_;
  std::vector<std::string> waiting_;
};

class AnswersAtOnce final : public InTheMidst {
 public:
  using InTheMidst::InTheMidst;
  void meanwhile(const std::string& request) override { BftpConnection::obey(request); }
};

class Forgets final : public InTheMidst {
 public:
  using InTheMidst::InTheMidst;
  void meanwhile(const std::string&) override {}
};

TEST(RequestDuringAnswer, PassesARightServer) {
  const auto outcome = of<InTheMidst>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

TEST(RequestDuringAnswer, BreaksWhoAnswersInTheMidst) {
  const auto outcome = of<AnswersAtOnce>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("from byte 149991"));
  EXPECT_THAT(outcome.happened, HasSubstr("OK /"));
}

TEST(RequestDuringAnswer, BreaksWhoForgetsIt) {
  const auto outcome = of<Forgets>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("no answer to PWD"));
}

TEST(RequestDuringAnswer, IsSkippedWithoutALargeFile) {
  EXPECT_EQ(of<BftpConnection>(false).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::request_during_answer_test
