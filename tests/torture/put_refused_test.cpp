// A PUT that is refused as clauses 4.9 and 4.12 allow, where it would replace a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::put_refused_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

/// No broken one among all cases of the suite; what the named ones came to.
template <class Connection>
Trial try_lawful() {
  auto trial = try_out<Connection>();
  for (const auto& [id, outcome] : trial.outcomes)
    EXPECT_TRUE(outcome.result == CaseResult::kept || outcome.result == CaseResult::skipped)
        << id << ": " << outcome.happened;
  EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
  return trial;
}

/// ERR 507 in place of the first OK.
template <std::size_t bytes_max>
class TakesSmallFiles final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    if (size > bytes_max) return say("ERR 507 out of space");
    BftpConnection::begin_put(name, size);
  }
};

/// Likewise of the second.
template <std::size_t bytes_max>
class StoresSmallFiles final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    if (content.size() > bytes_max) return say("ERR 507 out of space");
    BftpConnection::put(name, content);
  }
};

template <int code>
class ReplacesNone final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.files.contains(name)) return say("ERR " + std::to_string(code) + " it stays as it is");
    BftpConnection::begin_put(name, size);
  }
};

TEST(PutRefused, ForWantOfSpaceCountsWhatWasTriedBefore) {
  for (const auto& trial : {try_lawful<TakesSmallFiles<500'000>>(), try_lawful<StoresSmallFiles<500'000>>()})
    for (const char* id : {"put_sizes", "put_zeros"}) {
      EXPECT_EQ(trial.outcomes.at(id).result, CaseResult::kept) << id;
      EXPECT_THAT(trial.outcomes.at(id).happened, HasSubstr("and not again: ")) << id;
      EXPECT_THAT(trial.outcomes.at(id).happened, HasSubstr("ERR 507 out of space")) << id;
    }
  const auto small = try_lawful<StoresSmallFiles<50'000>>();
  EXPECT_THAT(small.outcomes.at("put_says_size").happened, HasSubstr("as far as the server took files"));
  EXPECT_EQ(small.outcomes.at("put_is_whole").result, CaseResult::skipped);
  EXPECT_EQ(small.outcomes.at("put_replaces").result, CaseResult::kept) << "its files are smaller";
  static_cast<void>(try_lawful<TakesSmallFiles<50'000>>());
}

/// Which codes may stand in place of the first OK of a PUT that replaces a file.
TEST(PutRefused, WithNothingReplacedBeforeIsSkipped) {
  for (const auto& trial : {try_lawful<ReplacesNone<403>>(), try_lawful<ReplacesNone<507>>()})
    for (const char* id : {"put_replaces", "put_reaches_others", "put_sizes", "put_zeros", "put_is_whole",
                           "get_is_of_one_instant", "hash_follows"}) {
      EXPECT_EQ(trial.outcomes.at(id).result, CaseResult::skipped) << id;
      EXPECT_THAT(trial.outcomes.at(id).happened, HasSubstr("it stays as it is")) << id;
    }
  const auto busy = try_out<ReplacesNone<503>>();
  for (const char* id : {"put_replaces", "put_reaches_others", "put_sizes", "put_zeros", "put_is_whole"})
    EXPECT_EQ(busy.outcomes.at(id).result, CaseResult::skipped) << id;
  EXPECT_EQ(try_out<ReplacesNone<500>>().outcomes.at("put_replaces").result, CaseResult::broken);
  EXPECT_EQ(try_out<ReplacesNone<405>>().outcomes.at("put_replaces").result, CaseResult::broken)
      << "it has taken a PUT";
}

/// Room goes once an upload broke off, or once a file is deleted.
template <bool after_delete>
class RunsFull final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.cache.contains("full")) return say("ERR 507 out of space");
    BftpConnection::begin_put(name, size);
  }
  void broken_off(const std::string&, const std::string&) override {
    if (!after_delete && ++disk_.stored > 2) disk_.cache["full"];
  }
  void del(const std::string& name) override {
    if (after_delete) disk_.cache["full"];
    BftpConnection::del(name);
  }
};

TEST(PutRefused, InTheMiddleEndsPutIsWhole) {
  const auto last = try_one<RunsFull<false>>("put_is_whole").outcomes.at("put_is_whole");
  EXPECT_EQ(last.result, CaseResult::kept) << last.happened;
  EXPECT_THAT(last.happened, HasSubstr("no room for a whole file"));
  const auto second = try_one<RunsFull<true>>("put_is_whole").outcomes.at("put_is_whole");
  EXPECT_EQ(second.result, CaseResult::kept) << second.happened;
  EXPECT_THAT(second.happened, HasSubstr("no room for a new file"));
}

}  // namespace
}  // namespace bftp::torture::put_refused_test
