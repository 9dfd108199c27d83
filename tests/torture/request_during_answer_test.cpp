// framing.request_during_answer: PWD in the midst of a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "harness/torture/test_content.hpp"
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

TEST(RequestDuringAnswer, BreaksWhoNeverSendsTheFileAsItIs) {
  auto files = some_files();
  const auto of_the_file = [&](const std::string& sent) {
    Disk disk;
    disk.files[files.large] = sent;
    FakeSubject subject([&] { return std::make_unique<InTheMidst>(disk); });
    return find(run_suites(subject, {"transfer"}, "bftp", files), "framing.request_during_answer");
  };
  const std::string block = test_content(0, 65'536, 0), next = test_content(65'536, 65'536, 0);
  files.large_part = [&](std::uint64_t offset, std::size_t size) {
    return (block + next).substr(static_cast<std::size_t>(offset), size);
  };
  EXPECT_EQ(of_the_file(block + next).result, CaseResult::kept);
  const auto outcome = of_the_file(block + block);
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("from byte 65536 on"));
  EXPECT_THAT(outcome.cause, HasSubstr("sent twice"));
  EXPECT_THAT(of_the_file(block).happened, HasSubstr("from byte 65536 on")) << "the end is missing";
}

TEST(RequestDuringAnswer, IsSkippedWithoutALargeFile) {
  EXPECT_EQ(of<BftpConnection>(false).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::request_during_answer_test
