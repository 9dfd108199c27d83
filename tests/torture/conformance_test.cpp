// The conformance cases: files that a case stores, replaces and removes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "tests/torture/fake_bftp.hpp"
#include "tests/torture/fake_ftp.hpp"
#include "tests/torture/fakes.hpp"

namespace bftp::torture::conformance_test {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::map<std::string, CaseResult> results(const Trial& trial) {
  std::map<std::string, CaseResult> all;
  for (const char* id : {"delete_removes", "put_reaches_others", "put_replaces"})
    all[id] = trial.outcomes.at(id).result;
  return all;
}

std::map<std::string, CaseResult> of_each(CaseResult del, CaseResult others, CaseResult replaces) {
  return {{"delete_removes", del}, {"put_reaches_others", others}, {"put_replaces", replaces}};
}

constexpr auto kept = CaseResult::kept;
constexpr auto broken = CaseResult::broken;
constexpr auto skipped = CaseResult::skipped;

/// Room for one client; that one has gone is noticed late: each other connection meets a full house.
class FullEachOtherTime final : public BftpConnection {
 public:
  explicit FullEachOtherTime(Disk& disk) : BftpConnection(disk), full_(disk.cache["turn"].size() % 2 == 1) {
    disk.cache["turn"] += "x";
  }
  void obey(const std::string& request) override {
    if (!full_) return BftpConnection::obey(request);
    say("ERR 503 too many clients");
    closed = true;
  }

 private:
  bool full_;
};

TEST(ConformanceCases, TryAgainWhereThereWereTooManyClients) {
  const auto trial = try_out<FullEachOtherTime>();
  for (const auto& [id, outcome] : trial.outcomes)
    EXPECT_EQ(outcome.result, kept) << id << ": " << outcome.happened << outcome.server_after;
  EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
}

TEST(ConformanceCases, PassARightServerAndLeaveNothing) {
  const auto trial = try_out<BftpConnection>();
  EXPECT_EQ(results(trial), of_each(kept, kept, kept));
  EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
  EXPECT_EQ(trial.disk.stored, 135) << "by all cases of the suite";
  for (const auto& [id, outcome] : trial.outcomes) {
    EXPECT_EQ(outcome.result, kept) << id << ": " << outcome.happened;
    EXPECT_EQ(outcome.demand, CaseDemand::must) << id;
    if (results(trial).contains(id)) {
      EXPECT_EQ(outcome.reproduce, "") << id << ": a pipe cannot hold a dialogue";
    }
    EXPECT_EQ(outcome.category, "conformance") << id;
  }
  EXPECT_THAT(trial.outcomes.at("put_replaces").clauses, Contains("4.8"));
  EXPECT_THAT(trial.outcomes.at("delete_removes").clauses, Contains("4.6"));
}

/// Keeps by name what it sent, for everybody.
class Stale : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (!disk_.files.contains(name)) return BftpConnection::get(name);
    send_file(disk_.cache.try_emplace(name, disk_.files.at(name)).first->second);
  }
};

TEST(ConformanceCases, BreakACacheThatPutForgets) {
  const auto trial = try_out<Stale>();
  EXPECT_EQ(results(trial), of_each(kept, broken, broken));
  const auto& outcome = trial.outcomes.at("put_replaces");
  EXPECT_THAT(outcome.happened,
              AllOf(HasSubstr("on the same connection"), HasSubstr("the old content of 4099")));
  EXPECT_THAT(outcome.cause, HasSubstr("cache"));
  EXPECT_EQ(trial.disk.files.size(), 1U) << "the case's files go in any event";
}

/// The same, and looks whether the length has changed.
class StaleOfOneLength final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return BftpConnection::get(name);
    auto& cached = disk_.cache[name];
    if (cached.size() != found->second.size()) cached = found->second;
    send_file(cached);
  }
};

TEST(ConformanceCases, BreakACacheThatLooksAtTheLengthAlone) {
  EXPECT_EQ(results(try_out<StaleOfOneLength>()), of_each(kept, broken, broken));
}

/// Each connection keeps what it had once.
class StaleByConnection final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (!disk_.files.contains(name)) return BftpConnection::get(name);
    send_file(mine_.try_emplace(name, disk_.files.at(name)).first->second);
  }
  void put(const std::string& name, const std::string& content) override {
    mine_.erase(name);
    BftpConnection::put(name, content);
  }

 private:
  std::map<std::string, std::string> mine_;
};

TEST(ConformanceCases, BreakACacheThatOtherConnectionsKeep) {
  const auto trial = try_out<StaleByConnection>();
  EXPECT_EQ(results(trial), of_each(kept, broken, kept));
  EXPECT_THAT(trial.outcomes.at("put_reaches_others").happened,
              HasSubstr("on a connection that had the old content"));
}

/// Remembers that there was none.
class StaleAbsence final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (!disk_.files.contains(name)) disk_.cache[name] = "";
    if (disk_.cache.contains(name)) return say("ERR 404 no such file");
    BftpConnection::get(name);
  }
};

TEST(ConformanceCases, BreakACacheOfWhatIsMissing) {
  const auto trial = try_out<StaleAbsence>();
  EXPECT_EQ(results(trial), of_each(kept, broken, broken));
  EXPECT_THAT(trial.outcomes.at("put_replaces").happened, HasSubstr("ERR 404 no such file"));
}

/// Likewise, each connection for itself: who stores a file drops what it remembers of it.
class OwnStaleAbsence final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (!disk_.files.contains(name)) missing_.insert(name);
    if (missing_.contains(name)) return say("ERR 404 no such file");
    BftpConnection::get(name);
  }
  void put(const std::string& name, const std::string& content) override {
    missing_.erase(name);
    BftpConnection::put(name, content);
  }

 private:
  std::set<std::string> missing_;
};

TEST(ConformanceCases, BreakAConnectionsOwnCacheOfWhatIsMissing) {
  const auto trial = try_out<OwnStaleAbsence>();
  EXPECT_EQ(results(trial), of_each(kept, broken, kept));
  EXPECT_THAT(trial.outcomes.at("put_reaches_others").happened,
              HasSubstr("on a connection that had asked before there was one"));
}

class StaleAfterDelete final : public Stale {
 public:
  using Stale::Stale;
  void get(const std::string& name) override {
    if (const auto found = disk_.cache.find(name); found != disk_.cache.end())
      return send_file(found->second);
    Stale::get(name);
  }
  void put(const std::string& name, const std::string& content) override {
    disk_.cache.erase(name);
    Stale::put(name, content);
  }
};

TEST(ConformanceCases, BreakACacheThatDeleteForgets) {
  const auto trial = try_out<StaleAfterDelete>();
  EXPECT_EQ(results(trial), of_each(broken, kept, kept));
  EXPECT_THAT(trial.outcomes.at("delete_removes").happened,
              HasSubstr("a file of 4099 bytes after it had said"));
}

/// Writes into the old file without cutting it first.
class WritesInPlace final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    auto whole = content;
    const auto& old = disk_.files[name];
    if (old.size() > whole.size()) whole += old.substr(whole.size());
    BftpConnection::put(name, whole);
  }
};

TEST(ConformanceCases, BreakAMixtureOfOldAndNew) {
  const auto trial = try_out<WritesInPlace>();
  EXPECT_EQ(results(trial), of_each(kept, kept, broken));
  EXPECT_THAT(trial.outcomes.at("put_replaces").happened,
              AllOf(HasSubstr("5003 bytes that are not"), HasSubstr("which has 1021")));
}

/// Of what exists already, by a code that no clause has for it.
class RefusesToReplace final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string& name, std::size_t size) override {
    if (disk_.files.contains(name)) return say("ERR 409 it exists");
    BftpConnection::begin_put(name, size);
  }
};

TEST(ConformanceCases, BreakABftpServerThatReplacesNothing) {
  const auto trial = try_out<RefusesToReplace>();
  EXPECT_EQ(results(trial), of_each(kept, broken, broken));
  EXPECT_THAT(trial.outcomes.at("put_replaces").happened, HasSubstr("409 it exists"));
}

class WithoutPut final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string&, std::size_t) override { say("ERR 405 unknown verb"); }
};
class WithoutDelete final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void del(const std::string&) override { say("ERR 405 unknown verb"); }
};
class ClosesAtPut final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void begin_put(const std::string&, std::size_t) override { closed = true; }
};

TEST(ConformanceCases, SkipAServerWithoutPutOrDeleteAndSayWhy) {
  const auto without_put = try_out<WithoutPut>();
  EXPECT_EQ(results(without_put), of_each(skipped, skipped, skipped));
  EXPECT_THAT(without_put.outcomes.at("put_replaces").happened, HasSubstr("ERR 405 unknown verb"));
  const auto without_delete = try_out<WithoutDelete>();
  EXPECT_EQ(results(without_delete), of_each(skipped, kept, kept));
  EXPECT_THAT(without_delete.outcomes.at("put_replaces").happened, HasSubstr(".bin could not be removed"));
}

TEST(ConformanceCases, BreakAServerThatDropsWhoeverStores) {
  const auto trial = try_out<ClosesAtPut>();
  EXPECT_EQ(results(trial), of_each(broken, broken, broken));
  EXPECT_THAT(trial.outcomes.at("put_replaces").cause, HasSubstr("4.9"));
}

/// Stores the file, and leaves it at that.
class NeverSaysStored final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override { disk_.files[name] = content; }
};
class ClosesAfterTheStream final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    disk_.files[name] = content;
    closed = true;
  }
};

TEST(ConformanceCases, BreakAPutWithoutItsSecondAnswer) {
  const auto silent = try_out<NeverSaysStored>();
  EXPECT_EQ(results(silent), of_each(broken, broken, broken));
  const auto& outcome = silent.outcomes.at("put_replaces");
  EXPECT_THAT(outcome.happened, HasSubstr("after its first OK and a stream of 4099 bytes it said nothing"));
  EXPECT_THAT(outcome.cause, HasSubstr("4.2"));
  EXPECT_THAT(outcome.clauses, Contains("4.2"));
  for (const char* id : {"hash_follows", "put_is_whole", "get_is_of_one_instant"})
    EXPECT_EQ(silent.outcomes.at(id).result, broken) << id;
  EXPECT_EQ(silent.disk.files.size(), 1U) << "what was there before";
  const auto closes = try_out<ClosesAfterTheStream>();
  EXPECT_EQ(results(closes), of_each(broken, broken, broken));
  EXPECT_EQ(closes.outcomes.at("hash_follows").result, broken);
}

/// The disk is full (4.12).
class FailsAfterTheStream final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string&, const std::string&) override { say("ERR 507 out of space"); }
};

TEST(ConformanceCases, SkipAServerThatCannotFinishAPutAndSaysSo) {
  EXPECT_EQ(results(try_out<FailsAfterTheStream>()), of_each(skipped, skipped, skipped));
}

/// One request on each connection: another case tells of that.
class ClosesAfterEach final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    BftpConnection::get(name);
    closed = true;
  }
  void put(const std::string& name, const std::string& content) override {
    BftpConnection::put(name, content);
    closed = true;
  }
  void del(const std::string& name) override {
    BftpConnection::del(name);
    closed = true;
  }
};

TEST(ConformanceCases, ComeAgainToAServerThatClosesAfterEachRequest) {
  EXPECT_EQ(results(try_out<ClosesAfterEach>()), of_each(kept, kept, kept));
}

/// The first PUT is the end of it: nobody is let in any more.
class DiesAtPut final : public BftpConnection {
 public:
  DiesAtPut(Disk& disk, FakeSubject*& subject) : BftpConnection(disk), subject_(subject) {}
  void begin_put(const std::string&, std::size_t) override {
    subject_->ended = launch::ExitStatus{std::nullopt, 11};
    closed = true;
  }

 private:
  FakeSubject*& subject_;
};

bool stores_nothing(const std::string& id) {
  const std::set<std::string> none{
      "conformance.changes_folder",   "conformance.feat_is_true", "conformance.lists_folder",
      "conformance.malformed_header", "conformance.lists_many",   "conformance.own_folder",
      "conformance.quit_closes",      "conformance.range_limits", "conformance.upper_case_header"};
  return none.contains(id);
}

TEST(ConformanceCases, SurviveAServerThatDoesNot) {
  Disk disk;
  FakeSubject* itself = nullptr;
  FakeSubject subject([&] { return std::make_unique<DiesAtPut>(disk, itself); });
  itself = &subject;
  auto files = some_files();
  files.own_prefix = "own-";
  const auto outcomes = run_suites(subject, {"conformance"}, "bftp", files);
  ASSERT_EQ(outcomes.size(), 31U);
  for (const auto& outcome : outcomes)
    EXPECT_THAT(outcome.server_after, stores_nothing(outcome.id) ? HasSubstr("") : HasSubstr("signal 11"))
        << outcome.id;
}

TEST(ConformanceCases, WriteNothingWhereTheRunDoesNot) {
  const auto trial = try_out<BftpConnection>(some_files());
  EXPECT_EQ(results(trial), of_each(skipped, skipped, skipped));
  EXPECT_EQ(trial.disk.stored, 0);
  EXPECT_THAT(trial.outcomes.at("put_replaces").happened, HasSubstr("not ours"));
}

/// Leaves a second client unanswered while the first is there.
class OneAtATime final : public BftpConnection {
 public:
  explicit OneAtATime(Disk& disk) : BftpConnection(disk), is_served_(open_ == 0) { ++open_; }
  ~OneAtATime() override { leave(); }
  void receive(std::string_view segment) override {
    if (is_served_) BftpConnection::receive(segment);
  }
  void end() override {
    leave();
    BftpConnection::end();
  }

 private:
  void leave() {
    if (!std::exchange(has_left_, true)) --open_;
  }
  static inline int open_ = 0;
  bool is_served_;
  bool has_left_ = false;
};

TEST(ConformanceCases, SkipTheOtherClientOfAServerOfOne) {
  const auto trial = try_out<OneAtATime>();
  EXPECT_EQ(results(trial), of_each(kept, skipped, kept));
  EXPECT_EQ(trial.disk.files.size(), 1U);
}

TEST(ConformanceCases, SkipTheOtherClientWhereThereIsRoomForOne) {
  for (const auto& trial :
       {try_one<HasRoomFor<1>>("put_reaches_others"), try_one<HasRoomFor<1, false>>("put_reaches_others")}) {
    const auto& outcome = trial.outcomes.at("put_reaches_others");
    EXPECT_EQ(outcome.result, skipped) << outcome.happened;
    EXPECT_THAT(outcome.happened, HasSubstr("serves one at a time"));
    EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
  }
  EXPECT_EQ(try_one<HasRoomFor<2>>("put_reaches_others").outcomes.at("put_reaches_others").result, kept);
}

/// FTP: the data of STOR comes over the data connection.
class FtpStore : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    const auto name = line.substr(std::min<std::size_t>(line.size(), 5));
    if (line.starts_with("STOR ")) return stor(name);
    if (line.starts_with("DELE ")) return say(files.erase(name) > 0 ? "250 gone" : "550 no such file");
    FtpControl::obey(line);
  }
  void retr(const std::string& name) override {
    if (const auto found = files.find(name); found != files.end()) return send_data(sent_of(name));
    FtpControl::retr(name);
  }

  static inline std::map<std::string, std::string> files;

 protected:
  virtual void stor(const std::string& name) {
    take_data([name](const std::string& content) { files[name] = content; });
  }
  virtual std::string sent_of(const std::string& name) { return files.at(name); }
};

class FtpStale final : public FtpStore {
 public:
  using FtpStore::FtpStore;
  std::string sent_of(const std::string& name) override {
    return cache.try_emplace(name, files.at(name)).first->second;
  }
  static inline std::map<std::string, std::string> cache;
};

class FtpReadOnly final : public FtpStore {
 public:
  using FtpStore::FtpStore;
  void stor(const std::string&) override { say("550 Permission denied."); }
};

/// Users may upload, and not overwrite.
class FtpDropBox final : public FtpStore {
 public:
  using FtpStore::FtpStore;
  void stor(const std::string& name) override {
    if (files.contains(name)) return say("553 Could not create file.");
    FtpStore::stor(name);
  }
};

template <class Control>
std::map<std::string, CaseResult> of_ftp() {
  FtpStore::files.clear();
  FtpSubject<Control> server;
  std::map<std::string, CaseResult> all;
  for (const auto& one : run_suites(server.subject, {"conformance"}, "ftp", writable())) {
    EXPECT_THAT(one.clauses, Contains("RFC 959, 4.1.3"));
    if (one.id != "conformance.put_sizes" && one.id != "conformance.put_zeros")
      all[one.id.substr(one.id.find('.') + 1)] = one.result;
  }
  EXPECT_THAT(FtpStore::files, IsEmpty());
  EXPECT_EQ(all["put_every_byte"], all["put_replaces"]);
  all.erase("put_every_byte");
  return all;
}

TEST(ConformanceCases, KnowFtp) {
  EXPECT_EQ(of_ftp<FtpStore>(), of_each(kept, kept, kept));
  EXPECT_EQ(of_ftp<FtpStale>(), of_each(kept, broken, broken));
  EXPECT_EQ(of_ftp<FtpReadOnly>(), of_each(skipped, skipped, skipped));
  EXPECT_EQ(of_ftp<FtpDropBox>(), of_each(kept, skipped, skipped));
  EXPECT_EQ(of_ftp<FtpControl>(), of_each(skipped, skipped, skipped)) << "500, it knows no STOR";
}

TEST(ConformanceCases, DoNotApplyWhereThereIsOnlyGet) {
  for (const auto* dialect : {"nul", "raw", "line", "fixed", "sized", "stream", "http", "http1.1"})
    EXPECT_THAT(cases_for({"conformance"}, *find_speech(dialect)), IsEmpty()) << dialect;
}

/// Hostile answers, one for each way that a session can go astray.
class Babbles final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (name == some_files().probe.name) return BftpConnection::get(name);
    say("OK 9223372036854775807");
  }
};
class ShortOfBytes final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    if (name == some_files().probe.name) return BftpConnection::get(name);
    say("OK 4099");
    out += "abc";
    closed = true;
  }
};

TEST(ConformanceCases, SurviveAnswersThatAreNone) {
  const auto babble = try_out<Babbles>();
  EXPECT_EQ(babble.outcomes.at("put_replaces").result, broken);
  EXPECT_THAT(babble.outcomes.at("put_replaces").happened, HasSubstr("no size of the file"));
  const auto cut = try_out<ShortOfBytes>();
  EXPECT_EQ(cut.outcomes.at("put_replaces").result, broken);
  EXPECT_THAT(cut.outcomes.at("put_replaces").happened, HasSubstr("after 3 of 4099 bytes"));
}

}  // namespace
}  // namespace bftp::torture::conformance_test
