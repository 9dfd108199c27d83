#include "harness/history_store/schema.hpp"

#include <array>

namespace bftp::history_store {
namespace {

/// Machines and kinds of work are few and long, so runs refer to them. Unknown is NULL, never 0. The last
/// columns of `metrics` are NULL where too few values bound the interval.
constexpr const char* first = R"sql(
CREATE TABLE machines (
  id INTEGER PRIMARY KEY,
  hostname TEXT NOT NULL, kernel TEXT NOT NULL, cpu_model TEXT NOT NULL, os TEXT NOT NULL,
  cores INTEGER NOT NULL, memory_bytes INTEGER NOT NULL, sha_extensions INTEGER NOT NULL,
  cpu_source TEXT NOT NULL,
  UNIQUE (hostname, kernel, cpu_model, os, cores, memory_bytes, sha_extensions, cpu_source)
) STRICT;
CREATE TABLE plans (
  digest TEXT PRIMARY KEY,
  work TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started_utc TEXT NOT NULL,
  name TEXT NOT NULL, server TEXT NOT NULL, profile TEXT NOT NULL,
  commit_id TEXT,
  plan_digest TEXT NOT NULL REFERENCES plans (digest),
  machine_id INTEGER NOT NULL REFERENCES machines (id),
  version TEXT NOT NULL, state TEXT NOT NULL, exit_code INTEGER NOT NULL, folder TEXT NOT NULL,
  seed TEXT NOT NULL, transfers INTEGER NOT NULL, duration_s REAL NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (started_utc, id);
CREATE TABLE checks (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  check_id TEXT NOT NULL, category TEXT NOT NULL, status TEXT NOT NULL, measured TEXT NOT NULL,
  PRIMARY KEY (run_id, check_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE metrics (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL, op TEXT NOT NULL, fixture TEXT NOT NULL,
  value REAL NOT NULL, low REAL, high REAL, count INTEGER NOT NULL, higher_is_better INTEGER NOT NULL,
  PRIMARY KEY (run_id, name, op, fixture)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array scripts{first};

}  // namespace

std::span<const char* const> migrations() {
  return scripts;
}

}  // namespace bftp::history_store
