// conformance.hash_follows: of which content a hash is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/sha256.hpp"
#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::hash_follows_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = writable()) {
  const auto trial = try_out<Connection>(files);
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
  return trial.outcomes.at("hash_follows");
}

TEST(HashFollows, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("5.3", "4.8", "4.2", "5.5"));
}

class KeptByNameAndLength final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string hash(const std::string& name) override {
    return disk_.cache
        .try_emplace(name + std::to_string(disk_.files[name].size()), BftpConnection::hash(name))
        .first->second;
  }
};

TEST(HashFollows, BreaksAHashOfTheOldContent) {
  const auto outcome = of<KeptByNameAndLength>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the hash of the old content"));
}

/// Forgets a hash at PUT and DELETE, and not when MOVE replaces the file.
class KeptOverMoves final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("PUT ") || request.starts_with("DELETE ")) disk_.cache.clear();
    BftpConnection::obey(request);
  }
  std::string hash(const std::string& name) override {
    return disk_.cache.try_emplace(name, BftpConnection::hash(name)).first->second;
  }
};

/// The second store, of what is moved, makes that server forget: only what is asked for in between is kept.
class KeptByTarget final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("PUT ") && !request.ends_with("-moved")) disk_.cache.clear();
    BftpConnection::obey(request);
  }
  std::string hash(const std::string& name) override {
    return disk_.cache.try_emplace(name, BftpConnection::hash(name)).first->second;
  }
};

TEST(HashFollows, BreaksAHashThatMoveLeavesAsItWas) {
  const auto outcome = of<KeptByTarget>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the hash of the old content"));
  EXPECT_EQ(of<KeptOverMoves>().result, CaseResult::kept) << "it forgets all at each PUT";
}

TEST(HashFollows, NeedsNoMove) {
  class WithoutMove final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.starts_with("MOVE")) return say("ERR 405 unknown verb");
      BftpConnection::obey(request);
    }
  };
  EXPECT_EQ(of<WithoutMove>().result, CaseResult::kept);
}

class OfTheName final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string hash(const std::string& name) override { return protocol::to_hex(protocol::sha256(name)); }
};

TEST(HashFollows, BreaksAnotherHash) {
  const auto outcome = of<OfTheName>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("where the SHA-256 of the content is "));
}

TEST(HashFollows, BreaksAHashThatFails) {
  class Fails final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.starts_with("HASH ")) return say("ERR 500 no");
      BftpConnection::obey(request);
    }
  };
  const auto outcome = of<Fails>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("stored a moment before, it answered \"ERR 500"));
}

class WithoutHash final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("HASH ")) return say("ERR 405 unknown verb");
    BftpConnection::obey(request);
  }
};

TEST(HashFollows, IsSkippedWhereThereIsNoHashOrNoPut) {
  const auto without = of<WithoutHash>();
  EXPECT_EQ(without.result, CaseResult::skipped);
  EXPECT_THAT(without.happened, HasSubstr("405"));
  EXPECT_EQ(of<BftpConnection>(some_files()).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture::hash_follows_test
