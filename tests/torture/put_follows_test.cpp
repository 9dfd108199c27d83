// conformance.list_follows, put_every_byte and get_during_puts: what a PUT changes, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::put_follows_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const char* name, const CaseFiles& files = writable()) {
  const auto trial = try_one<Connection>(name, files);
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
  return trial.outcomes.at(name);
}

TEST(PutFollows, PassesARightServer) {
  for (const char* name : {"list_follows", "put_every_byte", "get_during_puts"}) {
    const auto outcome = of<BftpConnection>(name);
    EXPECT_EQ(outcome.result, CaseResult::kept) << name << ": " << outcome.happened;
    EXPECT_EQ(of<BftpConnection>(name, some_files()).result, CaseResult::skipped) << "of a run without PUT";
  }
}

/// Has the first listing for good.
class KeepsItsListing final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    const bool is_list = request.starts_with("LIST");
    if (is_list && disk_.cache.contains("")) return say_kept();
    const auto from = out.size();
    BftpConnection::obey(request);
    if (is_list) disk_.cache[""] = out.substr(from);
  }

 private:
  void say_kept() { out += disk_.cache[""]; }
};

TEST(ListFollows, BreaksAListingThatIsKept) {
  const auto outcome = of<KeepsItsListing>("list_follows");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("is not listed"));
}

/// Takes a file for unchanged by its length and its first 16 KiB.
class ComparesTheBeginning final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    constexpr std::size_t looked_at = 16 << 10;
    const auto old = disk_.files.find(name);
    if (old != disk_.files.end() && old->second.size() == content.size() &&
        old->second.substr(0, looked_at) == content.substr(0, looked_at))
      return say("OK " + std::to_string(content.size()));
    BftpConnection::put(name, content);
  }
};

TEST(PutEveryByte, BreaksAServerThatLooksAtTheBeginning) {
  const auto outcome = of<ComparesTheBeginning>("put_every_byte");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_NE(outcome.cause, "");
}

/// Removes the old file, and puts the new one in place once somebody has asked for it.
class RemovesFirst final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    BftpConnection::get(name);
    const auto waits = disk_.cache.find(name);
    if (waits == disk_.cache.end()) return;
    disk_.files[name] = waits->second;
    disk_.cache.erase(waits);
  }
  void put(const std::string& name, const std::string& content) override {
    if (!disk_.files.contains(name)) return BftpConnection::put(name, content);
    disk_.files.erase(name);
    disk_.cache[name] = content;
    say("OK " + std::to_string(content.size()));
  }
};

TEST(GetDuringPuts, BreaksAServerThatRemovesTheOldFileFirst) {
  const auto outcome = of<RemovesFirst>("get_during_puts");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("404"));
  EXPECT_THAT(outcome.cause, HasSubstr("rename()"));
}

}  // namespace
}  // namespace bftp::torture::put_follows_test
