#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/result.hpp"

/// A thin layer over SQLite: errors as values, statements that are finalised, transactions that roll back.
namespace bftp::history_store {

/// One statement. Values are bound in the order of the calls; columns count from 0.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql);

  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view text);
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind_null();
  Statement& bind(const std::optional<double>& value) { return value ? bind(*value) : bind_null(); }
  Statement& bind(const std::optional<std::string>& text) {
    return text ? bind(std::string_view(*text)) : bind_null();
  }

  /// True while there is a row. On an error false, and `failed()` is true.
  bool step();
  bool failed() const { return code_ != SQLITE_OK; }
  void reset();  ///< to be bound and run again

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::optional<double> real_if_any(int column) const;
  std::optional<std::string> text_if_any(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int code_ = SQLITE_OK;
  int next_ = 1;
};

/// One open file. One thread.
class Database {
 public:
  /// `flags` as for sqlite3_open_v2. Errors: as history_store::open_sqlite().
  static protocol::Result<Database> open(const std::string& path, int flags, int patience_ms);

  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }
  protocol::Result<void> execute(const char* sql);
  protocol::Result<std::int64_t> integer(const char* sql);  ///< first column of the first row
  /// What went wrong last, in words for a person, with the path.
  protocol::Error problem() const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  Database(std::unique_ptr<sqlite3, Closer> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Closer> handle_;
  std::string path_;
};

/// Takes the right to write at once, so that two writers queue instead of failing half way. Rolls back unless
/// committed.
class Transaction {
 public:
  static protocol::Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  protocol::Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

/// Brings the file's schema up to date, in one transaction. `scripts` is migrations() but in tests. Errors:
/// invalid_input for another program's file and for a newer schema, else as execute().
protocol::Result<void> migrate(Database& database, std::span<const char* const> scripts);

/// The same checks without changing anything: an empty or older file is refused.
protocol::Result<void> check_schema(Database& database, std::span<const char* const> scripts);

}  // namespace bftp::history_store
