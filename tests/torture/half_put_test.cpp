// conformance.put_is_whole and conformance.puts_stay_apart: uploads that are half done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::half_put_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kept = CaseResult::kept;
constexpr auto broken = CaseResult::broken;
constexpr auto skipped = CaseResult::skipped;
constexpr auto tolerated = CaseResult::tolerated;
constexpr const char* whole = "put_is_whole";
constexpr const char* apart = "puts_stay_apart";

TEST(HalfPut, PassesARightServerAndLeavesNothing) {
  const auto trial = try_out<BftpConnection>();
  for (const char* id : {whole, apart}) EXPECT_EQ(trial.outcomes.at(id).result, kept) << id;
  EXPECT_THAT(trial.outcomes.at(whole).clauses, ElementsAre("4.8", "4.2"));
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

/// open(name, "w") when the upload begins.
class CutsAtOnce : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    disk_.files[name] = "";
    BftpConnection::begin_put(name, size);
  }
};

TEST(HalfPut, BreaksAServerThatWritesInPlace) {
  const auto outcome = try_out<CutsAtOnce>().outcomes.at(whole);
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("when half of a PUT had come, another client got 0 bytes"));
  EXPECT_THAT(outcome.happened, HasSubstr("the old content has 300000"));
  EXPECT_THAT(outcome.cause, HasSubstr("rename()"));
}

/// Only where there was no file.
class CreatesAtOnce final : public CutsAtOnce {
 public:
  using CutsAtOnce::CutsAtOnce;
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.files.contains(name)) return BftpConnection::begin_put(name, size);
    CutsAtOnce::begin_put(name, size);
  }
};

TEST(HalfPut, BreaksAFileThatIsThereBeforeItsContent) {
  const auto outcome = try_out<CreatesAtOnce>().outcomes.at(whole);
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("where there was no file"));
}

/// Takes the end of the connection for the end of the file.
class StoresTheHalf final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void broken_off(const std::string& name, const std::string& part) override { disk_.files[name] = part; }
};

TEST(HalfPut, BreaksAServerThatStoresWhatHasCome) {
  const auto outcome = try_out<StoresTheHalf>().outcomes.at(whole);
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened,
              HasSubstr("when the client had gone away half-way, another client got 150000"));
}

/// A temporary file by the name, to which the next upload is appended.
class AppendsToTheHalf final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void broken_off(const std::string& name, const std::string& part) override { disk_.cache[name] = part; }
  void put(const std::string& name, const std::string& content) override {
    BftpConnection::put(name, std::exchange(disk_.cache[name], {}) + content);
  }
};

TEST(HalfPut, BreaksWhatAHalfLeavesForTheNext) {
  const auto outcome = try_out<AppendsToTheHalf>().outcomes.at(whole);
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("one of 100000 bytes was stored, and 250000 bytes came"));
  EXPECT_THAT(outcome.cause, HasSubstr("of its own"));
}

/// Says OK, and the file is not put in place: nobody looks at what rename() returned.
template <bool removes>
class LosesTheNext final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void broken_off(const std::string& name, const std::string&) override { disk_.cache[name]; }
  void put(const std::string& name, const std::string& content) override {
    if (disk_.cache.contains(name)) return say("OK " + std::to_string(content.size()));
    BftpConnection::put(name, content);
  }
  void del(const std::string& name) override {
    removes ? BftpConnection::del(name) : say("ERR 403 nobody deletes");
  }
};

TEST(HalfPut, BreaksAServerThatLosesTheUploadAfterAHalf) {
  const auto missing = try_one<LosesTheNext<true>>(whole).outcomes.at(whole);
  EXPECT_EQ(missing.result, broken);
  EXPECT_THAT(missing.happened, HasSubstr("one of 100000 bytes was stored, and it answered \"ERR 404"));
  EXPECT_THAT(missing.cause, HasSubstr("rename()"));
  EXPECT_THAT(missing.cause, HasSubstr("a cache"));
  const auto old = try_one<LosesTheNext<false>>(whole).outcomes.at(whole);
  EXPECT_EQ(old.result, broken);
  EXPECT_THAT(old.happened, HasSubstr("and the old content of 300000 bytes came"));
}

/// One temporary file for a name: who begins cuts what the other has written.
class SharesATemporary final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    BftpConnection::begin_put(name, size);
    mine_ = disk_.begun;
  }
  void put(const std::string& name, const std::string& content) override {
    BftpConnection::put(name, disk_.begun == mine_ ? content : content.substr(content.size() / 2));
  }

 private:
  int mine_ = 0;
};

TEST(HalfPut, BreaksUploadsThatShareATemporaryFile) {
  const auto trial = try_out<SharesATemporary>();
  EXPECT_EQ(trial.outcomes.at(whole).result, kept);
  const auto& outcome = trial.outcomes.at(apart);
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("150000 bytes that are not it"));
  EXPECT_THAT(outcome.cause, HasSubstr("mkstemp()"));
}

/// One upload at a time: another one waits, or is refused.
template <bool refuses>
class Locks final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.cache.contains("lock")) {
      if (refuses) say("ERR 503 busy");
      return;
    }
    disk_.cache["lock"];
    BftpConnection::begin_put(name, size);
  }
  void put(const std::string& name, const std::string& content) override {
    disk_.cache.clear();
    BftpConnection::put(name, content);
  }
  void broken_off(const std::string&, const std::string&) override { disk_.cache.clear(); }
};

TEST(HalfPut, BreaksALockThatAnUploadHoldsAndToleratesARefusal) {
  const auto waits = try_out<Locks<false>>();
  EXPECT_EQ(waits.outcomes.at(apart).result, broken);
  EXPECT_THAT(waits.outcomes.at(apart).cause, HasSubstr("lock"));
  EXPECT_EQ(try_out<Locks<true>>().outcomes.at(apart).result, tolerated);
}

/// And lets nobody delete.
class HasRoomForTwo final : public HasRoomFor<2> {
 public:
  using HasRoomFor::HasRoomFor;
  void del(const std::string&) override { say("ERR 403 nobody deletes"); }
};

TEST(HalfPut, NeedsRoomForTwoClients) {
  const auto outcome = try_one<HasRoomForTwo>(whole).outcomes.at(whole);
  EXPECT_EQ(outcome.result, kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("the server removes no file"));
  EXPECT_EQ(try_one<HasRoomFor<2>>(whole).outcomes.at(whole).result, kept);
  EXPECT_EQ(try_one<HasRoomFor<1>>(whole).outcomes.at(whole).result, skipped);
}

class WithoutPut final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string&, std::size_t) override { say("ERR 405 unknown verb"); }
};

TEST(HalfPut, IsSkippedWhereNothingIsStored) {
  const auto without = try_out<WithoutPut>();
  const auto not_ours = try_out<BftpConnection>(some_files());
  for (const char* id : {whole, apart}) {
    EXPECT_EQ(without.outcomes.at(id).result, skipped) << id;
    EXPECT_THAT(without.outcomes.at(id).happened, HasSubstr("405")) << id;
    EXPECT_EQ(not_ours.outcomes.at(id).result, skipped) << id;
  }
  EXPECT_EQ(not_ours.disk.stored, 0);
}

}  // namespace
}  // namespace bftp::torture::half_put_test
