// hostile.unread_answers: requests whose answers nobody reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/torture/kernel_buffers.hpp"
#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::unread_answers_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::AllOf;
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

/// Has a queue of its own for `mib` of answers. What is asked in blocks is answered by as much, and only
/// counted.
template <std::size_t mib>
class Queues : public Waits {
 public:
  using Waits::Waits;
  bool has_room() const override { return queued_ < mib << 20; }
  void receive(std::string_view segment) override {
    if (segment.size() < (1u << 14)) return Waits::receive(segment);
    queued_ += segment.size();
  }

 protected:
  std::size_t queued_ = 0;
};
using PilesUp = Queues<100'000>;

/// Has its limit for what one client may be owed.
class Closes : public PilesUp {
 public:
  using PilesUp::PilesUp;
  void receive(std::string_view segment) override {
    PilesUp::receive(segment);
    if (queued_ > (1u << 20)) reset = true;
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

TEST(UnreadAnswers, PassABoundedQueue) {
  const auto outcome = of<Queues<30>>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

TEST(UnreadAnswers, BreakWhoPilesThemUp) {
  const auto outcome = of<PilesUp>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.demand, record::CaseDemand::asked);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("took more than "), HasSubstr("MiB of requests"),
                                      HasSubstr("whose answers nobody read")));
  EXPECT_THAT(outcome.clauses, ::testing::IsEmpty()) << "none sets a limit";
  EXPECT_THAT(outcome.cause, HasSubstr("drain()"));
  EXPECT_LT(outcome.wire.size(), 20u) << "no line for each request";
}

TEST(KernelBuffers, AreTheLastOfThreeNumbers) {
  EXPECT_EQ(buffer_max("4096\t131072\t33554432\n", 7), 33'554'432u);
  for (const char* text : {"", "4096 131072", "4096 131072 much", "4096 131072 0"})
    EXPECT_EQ(buffer_max(text, 7), 7u) << text;
  EXPECT_GT(kernel_buffers().receive_max, 0u);
}

TEST(UnreadAnswers, AreNotTriedWithoutAFolder) {
  EXPECT_EQ(of<KnowsNoFolder>().result, CaseResult::skipped);
  auto files = some_files();
  files.long_folder.clear();
  EXPECT_EQ(of<Waits>(files).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::unread_answers_test
