#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/history_store/database.hpp"
#include "harness/history_store/schema.hpp"
#include "harness/history_store/store.hpp"
#include "tests/history/sample_runs.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::history_store {
namespace {

using namespace std::string_literals;

using history::samples::metric;
using history::samples::run;
using protocol::ErrorKind;
using ::testing::HasSubstr;

class SqliteStore : public ::testing::Test {
 protected:
  std::string path(const char* name = "h.sqlite") const { return folder_.file(name); }
  std::unique_ptr<Store> open(Access access = Access::write) {
    auto store = open_sqlite(path(), access, 10'000);
    EXPECT_TRUE(store) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }
  void write(const std::string& content) const { std::ofstream(path(), std::ios::binary) << content; }
  std::string content() const {
    std::ifstream file(path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void sql(const char* script) const {
    auto database = Database::open(path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1000);
    ASSERT_TRUE(database);
    const auto done = database->execute(script);
    ASSERT_TRUE(done) << done.error().message;
  }

  const TemporaryFolder folder_;
};

TEST_F(SqliteStore, GivesBackWhatItWasGiven) {
  auto first = run(1, {metric("service_p50_ms", 0.25, "get", "db.csv"), metric("memory_rest_mib", 6)});
  first.metrics[1].low.reset();
  first.metrics[0].higher_is_better = true;
  auto second = run(2, {});
  second.commit.reset();
  second.server = "quote'\"; DROP TABLE runs; \x1b[31m\xff\0nul"s;
  {
    const auto store = open();
    ASSERT_TRUE(store->append(second));
    ASSERT_TRUE(store->append(first));
  }
  const auto runs = open(Access::read)->runs();
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2u);
  const auto& back = (*runs)[0];  // in order of time, not of writing
  EXPECT_EQ(back.started_utc, first.started_utc);
  EXPECT_EQ(back.commit, first.commit);
  EXPECT_EQ(back.work, first.work);
  EXPECT_EQ(back.seed, first.seed);
  EXPECT_EQ(back.machine.cpu_model, first.machine.cpu_model);
  EXPECT_EQ(back.machine.memory_bytes, first.machine.memory_bytes);
  EXPECT_EQ(back.transfers, 800u);
  ASSERT_EQ(back.checks.size(), 1u);
  EXPECT_EQ(back.checks[0].measured, "0 of 800 differ");
  ASSERT_EQ(back.metrics.size(), 2u);
  EXPECT_EQ(back.metrics[0].name, "memory_rest_mib");
  EXPECT_FALSE(back.metrics[0].low);
  EXPECT_DOUBLE_EQ(back.metrics[1].value, 0.25);
  EXPECT_TRUE(back.metrics[1].higher_is_better);
  EXPECT_FALSE((*runs)[1].commit);
  EXPECT_EQ((*runs)[1].server, second.server);
}

TEST_F(SqliteStore, ARunThatCannotBeKeptWholeIsNotKeptAtAll) {
  const auto store = open();
  auto twice = run(1, {metric("memory_rest_mib", 6), metric("memory_rest_mib", 7)});
  EXPECT_FALSE(store->append(twice));
  ASSERT_TRUE(store->append(run(2, {})));
  const auto runs = store->runs();
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 1u);
  EXPECT_EQ((*runs)[0].started_utc, "2026-01-02T12:00:00Z");
}

TEST_F(SqliteStore, ManyWritersQueue) {
  open();
  constexpr int writers = 4, each = 5;
  std::vector<std::thread> threads;
  std::vector<int> kept(writers, 0);
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      const auto store = open_sqlite(path(), Access::write, 30'000);
      for (int i = 0; store && i < each; ++i)
        kept[static_cast<std::size_t>(w)] +=
            (*store)->append(run(w + 1, {metric("memory_rest_mib", i)})) ? 1 : 0;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(kept, std::vector<int>(writers, each));
  const auto runs = open(Access::read)->runs();
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->size(), static_cast<std::size_t>(writers * each));
  for (const auto& one : *runs) EXPECT_EQ(one.metrics.size(), 1u);
}

TEST_F(SqliteStore, AWriterKilledHalfWayLeavesNothing) {
  open();
  const pid_t child = ::fork();
  if (child == 0) {
    auto database = Database::open(path(), SQLITE_OPEN_READWRITE, 1000);
    const bool half = database && database->execute("BEGIN IMMEDIATE") &&
                      database->execute("INSERT INTO plans VALUES ('d', '{}')");
    if (half) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto store = open();
  ASSERT_TRUE(store->append(run(1, {})));
  auto database = Database::open(path(), SQLITE_OPEN_READONLY, 1000);
  EXPECT_EQ(*database->integer("SELECT count(*) FROM plans WHERE digest = 'd'"), 0);
}

TEST_F(SqliteStore, WhoWaitsInVainIsTold) {
  open();
  auto other = Database::open(path(), SQLITE_OPEN_READWRITE, 1000);
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE"));
  const auto store = open_sqlite(path(), Access::write, 1);
  ASSERT_TRUE(store);
  const auto kept = (*store)->append(run(1, {}));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::deadline);
  EXPECT_THAT(kept.error().message, HasSubstr("written by somebody else"));
}

TEST_F(SqliteStore, AFileThatIsNoSqliteFileIsLeftAsItIs) {
  const std::string text(2000, 'x');
  write(text);
  for (const Access access : {Access::read, Access::write}) {
    const auto store = open_sqlite(path(), access);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(store.error().message, HasSubstr("not an SQLite file"));
  }
  EXPECT_EQ(content(), text);
}

TEST_F(SqliteStore, AnotherProgramsFileIsLeftAsItIs) {
  sql("CREATE TABLE bookmarks (url TEXT)");
  const std::string before = content();
  const auto store = open_sqlite(path(), Access::write);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(store.error().message, HasSubstr("another program"));
  EXPECT_EQ(content(), before);
}

TEST_F(SqliteStore, ANewerSchemaIsRefused) {
  open();
  sql("PRAGMA user_version = 99");
  const auto store = open_sqlite(path(), Access::write);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(store.error().message, HasSubstr("newer bftp-torture (schema 99"));
}

TEST_F(SqliteStore, DamageIsSaidAndNothingDeleted) {
  {
    const auto store = open();
    for (int day = 1; day <= 28; ++day)
      ASSERT_TRUE(
          store->append(run(day, {metric("memory_rest_mib", day), metric("service_p50_ms", 1, "get", "x")})));
  }
  std::string bytes = content();
  for (std::size_t at = 8192; at < bytes.size(); ++at) bytes[at] = '\xa5';
  write(bytes);
  auto store = open_sqlite(path(), Access::read);
  protocol::Error problem;
  if (store) {
    const auto runs = (*store)->runs();
    ASSERT_FALSE(runs);
    problem = runs.error();
  } else {
    problem = store.error();
  }
  EXPECT_EQ(problem.kind, ErrorKind::malformed) << problem.message;
  EXPECT_THAT(problem.message, HasSubstr("is damaged"));
  EXPECT_EQ(content(), bytes);
}

TEST_F(SqliteStore, DamageIsFoundBeforeAnythingIsToBeWritten) {
  {
    const auto store = open();
    for (int day = 1; day <= 28; ++day) {
      std::vector<record::Metric> metrics;
      for (int file = 0; file < 50; ++file)
        metrics.push_back(metric("service_p50_ms", day, "get", std::to_string(file)));
      ASSERT_TRUE(store->append(run(day, std::move(metrics))));
    }
  }
  std::string bytes = content();
  ASSERT_GT(bytes.size(), 30'000u);
  std::fill(bytes.begin() + 8'192, bytes.begin() + 28'672, 'x');
  write(bytes);
  const auto store = open_sqlite(path(), Access::write, 1000);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("is damaged"));
  EXPECT_EQ(content(), bytes);
}

TEST_F(SqliteStore, ATableThatIsGoneIsMissedAtOnce) {
  ASSERT_TRUE(open());
  sql("PRAGMA foreign_keys = OFF; DROP TABLE metrics");
  const auto store = open_sqlite(path(), Access::write, 1000);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("it lacks the table metrics"));
}

TEST_F(SqliteStore, ToReadItMustBeThere) {
  const auto store = open_sqlite(path("none.sqlite"), Access::read);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(path("none.sqlite")));
  EXPECT_FALSE(open_sqlite(path("no/folder/h.sqlite"), Access::write));
}

TEST_F(SqliteStore, AnEmptyFileIsNoHistoryYet) {
  write("");
  const auto store = open_sqlite(path(), Access::read);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("no run has been recorded"));
}

TEST_F(SqliteStore, MigratesStepByStepAndOnlyOnce) {
  const std::vector<const char*> one{"CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)"};
  const std::vector<const char*> two{one[0], "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1"};
  auto database = Database::open(path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1000);
  ASSERT_TRUE(migrate(*database, one));
  EXPECT_FALSE(check_schema(*database, two)) << "to read, an older schema is refused";
  ASSERT_TRUE(migrate(*database, two));
  ASSERT_TRUE(migrate(*database, two));
  EXPECT_TRUE(check_schema(*database, two));
  EXPECT_EQ(*database->integer("SELECT count(*) FROM a"), 1);
  EXPECT_EQ(*database->integer("SELECT y FROM a"), 2);
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 2);
}

TEST_F(SqliteStore, AMigrationThatFailsChangesNothing) {
  const std::vector<const char*> one{"CREATE TABLE a (x INTEGER)"};
  const std::vector<const char*> broken{one[0], "DROP TABLE a; CREATE TABLE"};
  auto database = Database::open(path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1000);
  ASSERT_TRUE(migrate(*database, one));
  EXPECT_FALSE(migrate(*database, broken));
  EXPECT_EQ(*database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), 1);
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 1);
}

}  // namespace
}  // namespace bftp::history_store
