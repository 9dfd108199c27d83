#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/history/run_summary.hpp"
#include "protocol/result.hpp"

namespace bftp::history_store {

/// Where summaries of runs are kept. A seam: tests of its users hand in a vector. One thread.
class Store {
 public:
  virtual ~Store() = default;
  /// All of the run or nothing of it. Returns its id. Errors: deadline (somebody else writes for too long),
  /// no_space, no_permission, malformed (the file is damaged), system.
  virtual protocol::Result<std::int64_t> append(const history::RunSummary& run) = 0;
  /// All runs in order of time. Errors: malformed, deadline, system.
  virtual protocol::Result<std::vector<history::RunSummary>> runs() = 0;
};

enum class Access {
  read,   ///< an older schema is refused, since nothing may be changed
  write,  ///< made if there is none; an older schema is brought up to date
};

/// Opens a history in an SQLite file. Never deletes or replaces what is there. Errors: invalid_input (another
/// program's file, no SQLite file at all, a newer schema), not_found (to read), malformed (damaged),
/// deadline, no_permission, no_space, system. `patience_ms`: how long to wait for another writer.
protocol::Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Access access,
                                                     int patience_ms = 30'000);

}  // namespace bftp::history_store
