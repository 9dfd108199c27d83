// concurrency.same_file: a lock that is held for as long as a client reads or sends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::same_file_test {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class Connection>
Trial tried() {
  return try_one<Connection>("concurrency.same_file", writable());
}
template <class Connection>
CaseOutcome outcome_of() {
  return tried<Connection>().outcomes.at("same_file");
}

TEST(SameFile, IsAnsweredByARightServerAndGone) {
  const auto trial = tried<BftpConnection>();
  const auto& outcome = trial.outcomes.at("same_file");
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(outcome.demand, CaseDemand::must);
  EXPECT_THAT(outcome.clauses, ElementsAre("6.1"));
  EXPECT_EQ(outcome.category, "concurrency");
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

/// Who asks while an upload goes on hears nothing: of GET, or of PUT.
template <bool get_waits>
class LocksWhileItReceives final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (!get_waits || !is_locked(name)) BftpConnection::get(name);
  }
  void begin_put(const std::string& name, std::size_t size) override {
    if (get_waits || !is_locked(name)) BftpConnection::begin_put(name, size);
  }

  void broken_off(const std::string& /*name*/, const std::string& /*part*/) override { ++disk_.stored; }

 private:
  /// An upload goes on.
  bool is_locked(const std::string& name) const {
    return disk_.begun > disk_.stored && disk_.files.contains(name) && name.starts_with("own");
  }
};

TEST(SameFile, FindsALockThatAnUploadHolds) {
  const auto get = outcome_of<LocksWhileItReceives<true>>();
  EXPECT_EQ(get.result, CaseResult::broken);
  EXPECT_THAT(get.happened, HasSubstr("another asked for that file"));
  EXPECT_THAT(get.cause, HasSubstr("lock"));
  const auto put = outcome_of<LocksWhileItReceives<false>>();
  EXPECT_EQ(put.result, CaseResult::broken);
  EXPECT_THAT(put.happened, HasSubstr("another stored that file"));
}

/// A client that has not taken what it asked for closes the file: to GET, or to PUT.
template <bool get_waits>
class LocksWhileItSends final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  ~LocksWhileItSends() override { unlock(); }
  void get(const std::string& name) override {
    const bool is_large = name.starts_with("own") && disk_.files[name].size() > 1'000'000;
    if (!is_large) return BftpConnection::get(name);
    if (disk_.locks > 0 && get_waits) return;
    ++disk_.locks;
    holds_ = true;
    rest_ = disk_.files[name];
    say("OK " + std::to_string(rest_.size()));
  }
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.locks == 0 || get_waits) BftpConnection::begin_put(name, size);
  }
  void more() override {
    out += std::exchange(rest_, {});
    unlock();
  }

 private:
  void unlock() {
    if (std::exchange(holds_, false)) --disk_.locks;
  }
  bool holds_ = false;
  std::string rest_;
};

TEST(SameFile, FindsALockThatAReaderHolds) {
  const auto get = outcome_of<LocksWhileItSends<true>>();
  EXPECT_EQ(get.result, CaseResult::broken);
  EXPECT_THAT(get.happened, HasSubstr("stopped reading a file, another asked for that file"));
  EXPECT_THAT(get.cause, HasSubstr("open the file, let the lock go"));
  const auto put = outcome_of<LocksWhileItSends<false>>();
  EXPECT_EQ(put.result, CaseResult::broken);
  EXPECT_THAT(put.happened, HasSubstr("stopped reading a file, another stored that file"));
}

/// Whatever the answer is, it is one.
class RefusesMeanwhile final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (disk_.begun > disk_.stored && name.starts_with("own")) return say("ERR 409 somebody writes it");
    BftpConnection::get(name);
  }
};

TEST(SameFile, TakesARefusalForAnAnswer) {
  EXPECT_EQ(outcome_of<RefusesMeanwhile>().result, CaseResult::kept);
}

TEST(SameFile, IsInEveryRunThatMayWrite) {
  const auto ids = cases_for({"transfer"}, *find_speech("bftp"));
  EXPECT_TRUE(std::ranges::any_of(ids, [](const Case* one) { return one->id() == "concurrency.same_file"; }));
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<BftpConnection>(disk); });
  EXPECT_EQ(find(run_suites(subject, {"concurrency"}, "bftp"), "concurrency.same_file").result,
            CaseResult::skipped)
      << "the run writes nothing";
}

}  // namespace
}  // namespace bftp::torture::same_file_test
