#include <algorithm>
#include <cstdlib>
#include <map>

#include <boost/json/serialize.hpp>

#include "harness/history_store/database.hpp"
#include "harness/history_store/schema.hpp"
#include "harness/history_store/store.hpp"
#include "harness/record/read_json.hpp"

namespace bftp::history_store {
namespace {

using history::RunSummary;
using protocol::Result;

std::string text_of(const record::Work& work) {
  boost::json::object object;
  for (const auto& [name, value] : work) object[name] = value;
  return boost::json::serialize(object);
}

record::Work work_from(const std::string& text) {
  record::Work work;
  const auto document = record::read_json(text);
  if (!document || !document->is_object()) return work;
  for (const auto& [name, value] : document->get_object())
    if (const auto* word = value.if_string()) work[std::string(name)] = std::string(*word);
  return work;
}

std::int64_t whole(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Database database) : database_(std::move(database)) {}

  Result<std::int64_t> append(const RunSummary& run) override {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return transaction.error();
    const auto machine = machine_id(run.machine);
    if (!machine) return machine.error();
    if (auto kept = keep_work(run.work); !kept) return kept.error();
    if (auto kept = keep_run(run, *machine); !kept) return kept.error();
    const std::int64_t id = sqlite3_last_insert_rowid(database_.handle());
    if (auto kept = keep_checks(run, id); !kept) return kept.error();
    if (auto kept = keep_metrics(run, id); !kept) return kept.error();
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return id;
  }

  Result<std::vector<RunSummary>> runs() override {
    // One transaction, so that all tables are of one moment.
    if (auto begun = database_.execute("BEGIN"); !begun) return begun.error();
    auto read = read_all();
    (void)database_.execute("COMMIT");
    return read;
  }

 private:
  Result<void> done(Statement& statement) {
    while (statement.step()) {
    }
    if (statement.failed()) return database_.problem();
    return {};
  }

  Result<std::int64_t> machine_id(const record::Machine& machine) {
    const auto bind = [&](Statement& statement) {
      statement.bind(machine.hostname).bind(machine.kernel).bind(machine.cpu_model).bind(machine.os);
      statement.bind(std::int64_t{machine.cores}).bind(whole(machine.memory_bytes));
      statement.bind(std::int64_t{machine.sha_extensions}).bind(machine.cpu_source);
    };
    Statement insert(database_.handle(),
                     "INSERT OR IGNORE INTO machines (hostname, kernel, cpu_model, os, cores, memory_bytes, "
                     "sha_extensions, cpu_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    bind(insert);
    if (auto inserted = done(insert); !inserted) return inserted.error();
    Statement select(
        database_.handle(),
        "SELECT id FROM machines WHERE hostname = ? AND kernel = ? AND cpu_model = ? AND os = ? AND "
        "cores = ? AND memory_bytes = ? AND sha_extensions = ? AND cpu_source = ?");
    bind(select);
    if (!select.step()) return database_.problem();
    return select.integer(0);
  }

  Result<void> keep_work(const record::Work& work) {
    Statement insert(database_.handle(), "INSERT OR IGNORE INTO plans (digest, work) VALUES (?, ?)");
    insert.bind(record::digest_of(work)).bind(text_of(work));
    return done(insert);
  }

  Result<void> keep_run(const RunSummary& run, std::int64_t machine) {
    Statement insert(
        database_.handle(),
        "INSERT INTO runs (started_utc, name, server, profile, commit_id, plan_digest, machine_id, "
        "version, state, exit_code, folder, seed, transfers, duration_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(run.started_utc).bind(run.name).bind(run.server).bind(run.profile).bind(run.commit);
    insert.bind(record::digest_of(run.work)).bind(machine).bind(run.version).bind(run.state);
    insert.bind(std::int64_t{run.exit_code}).bind(run.folder).bind(std::to_string(run.seed));
    insert.bind(whole(run.transfers)).bind(run.duration_s);
    return done(insert);
  }

  Result<void> keep_checks(const RunSummary& run, std::int64_t id) {
    Statement insert(
        database_.handle(),
        "INSERT INTO checks (run_id, check_id, category, status, measured) VALUES (?, ?, ?, ?, ?)");
    for (const history::CheckSummary& check : run.checks) {
      insert.bind(id).bind(check.id).bind(check.category).bind(check.status).bind(check.measured);
      if (auto inserted = done(insert); !inserted) return inserted;
      insert.reset();
    }
    return {};
  }

  Result<void> keep_metrics(const RunSummary& run, std::int64_t id) {
    Statement insert(
        database_.handle(),
        "INSERT INTO metrics (run_id, name, op, fixture, value, low, high, count, higher_is_better) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const record::Metric& metric : run.metrics) {
      insert.bind(id).bind(metric.name).bind(metric.op).bind(metric.fixture).bind(metric.value);
      insert.bind(metric.low).bind(metric.high).bind(whole(metric.count));
      insert.bind(std::int64_t{metric.higher_is_better});
      if (auto inserted = done(insert); !inserted) return inserted;
      insert.reset();
    }
    return {};
  }

  Result<std::vector<RunSummary>> read_all() {
    std::vector<RunSummary> runs;
    std::map<std::int64_t, std::size_t> place;
    Statement select(
        database_.handle(),
        "SELECT r.id, started_utc, name, server, profile, commit_id, work, version, state, exit_code, "
        "folder, seed, transfers, duration_s, hostname, kernel, cpu_model, os, cores, memory_bytes, "
        "sha_extensions, cpu_source "
        "FROM runs r JOIN machines m ON m.id = machine_id JOIN plans p ON p.digest = plan_digest "
        "ORDER BY started_utc, r.id");
    while (select.step()) {
      place[select.integer(0)] = runs.size();
      runs.push_back(run_from(select));
    }
    if (select.failed()) return database_.problem();
    if (auto read = read_checks(runs, place); !read) return read.error();
    if (auto read = read_metrics(runs, place); !read) return read.error();
    return runs;
  }

  static RunSummary run_from(const Statement& row) {
    RunSummary run;
    run.id = row.integer(0);
    run.started_utc = row.text(1);
    run.name = row.text(2);
    run.server = row.text(3);
    run.profile = row.text(4);
    run.commit = row.text_if_any(5);
    run.work = work_from(row.text(6));
    run.version = row.text(7);
    run.state = row.text(8);
    run.exit_code = static_cast<int>(row.integer(9));
    run.folder = row.text(10);
    run.seed = std::strtoull(row.text(11).c_str(), nullptr, 10);
    run.transfers = static_cast<std::uint64_t>(row.integer(12));
    run.duration_s = row.real(13);
    run.machine.hostname = row.text(14);
    run.machine.kernel = row.text(15);
    run.machine.cpu_model = row.text(16);
    run.machine.os = row.text(17);
    run.machine.cores = static_cast<std::uint32_t>(row.integer(18));
    run.machine.memory_bytes = static_cast<std::uint64_t>(row.integer(19));
    run.machine.sha_extensions = row.integer(20) != 0;
    run.machine.cpu_source = row.text(21);
    return run;
  }

  Result<void> read_checks(std::vector<RunSummary>& runs, const std::map<std::int64_t, std::size_t>& place) {
    Statement select(
        database_.handle(),
        "SELECT run_id, check_id, category, status, measured FROM checks ORDER BY run_id, check_id");
    while (select.step())
      if (const auto run = place.find(select.integer(0)); run != place.end())
        runs[run->second].checks.push_back({select.text(1), select.text(2), select.text(3), select.text(4)});
    if (select.failed()) return database_.problem();
    return {};
  }

  Result<void> read_metrics(std::vector<RunSummary>& runs, const std::map<std::int64_t, std::size_t>& place) {
    Statement select(
        database_.handle(),
        "SELECT run_id, name, op, fixture, value, low, high, count, higher_is_better FROM metrics "
        "ORDER BY run_id, name, op, fixture");
    while (select.step()) {
      const auto run = place.find(select.integer(0));
      if (run == place.end()) continue;
      record::Metric metric;
      metric.name = select.text(1);
      metric.op = select.text(2);
      metric.fixture = select.text(3);
      metric.value = select.real(4);
      metric.low = select.real_if_any(5);
      metric.high = select.real_if_any(6);
      metric.count = static_cast<std::uint64_t>(select.integer(7));
      metric.higher_is_better = select.integer(8) != 0;
      runs[run->second].metrics.push_back(std::move(metric));
    }
    if (select.failed()) return database_.problem();
    return {};
  }

  Database database_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Access access, int patience_ms) {
  const int flags =
      access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  auto database = Database::open(path, flags, patience_ms);
  if (!database) return database.error();
  const auto ready =
      access == Access::write ? migrate(*database, migrations()) : check_schema(*database, migrations());
  if (!ready) return ready.error();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*database)));
}

}  // namespace bftp::history_store
