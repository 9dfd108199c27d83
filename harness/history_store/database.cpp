#include "harness/history_store/database.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "harness/history_store/schema.hpp"

namespace bftp::history_store {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

namespace {

Error refuse(std::string message) {
  return Error{ErrorKind::invalid_input, std::move(message), 0};
}

Error is_folder(const std::string& path) {
  return refuse(fmt::format("{} is a folder; a history is a file, which is made if it is not there", path));
}

Error explain(int code, const std::string& path, const char* words, int system_errno) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return refuse(fmt::format(
          "{} is no history: it is not an SQLite file. It was left as it is; name another file", path));
    case SQLITE_CORRUPT:
      return {ErrorKind::malformed,
              fmt::format(
                  "{} is damaged ({}). It was left as it is; 'sqlite3 {} .recover' may save what is in it",
                  path, words, path)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::deadline,
              fmt::format("{} is being written by somebody else, who does not come to an end", path)};
    case SQLITE_FULL:
      return {ErrorKind::no_space, fmt::format("{} cannot grow: the disk is full", path)};
    case SQLITE_IOERR:
      if (std::error_code none; std::filesystem::is_directory(path, none)) return is_folder(path);
      return {ErrorKind::system, fmt::format("{}: {}", path, words)};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorKind::no_permission, fmt::format("{} may not be written", path)};
    case SQLITE_CANTOPEN:
      if (system_errno == EISDIR) return is_folder(path);
      if (system_errno != 0) return protocol::system_error(system_errno, fmt::format("cannot open {}", path));
      return {ErrorKind::not_found, fmt::format("cannot open {}: {}", path, words)};
    default:
      return {ErrorKind::system, fmt::format("{}: {}", path, words)};
  }
}

/// Whose file it is; nothing written by this. `version`: scripts that were applied, 0 for an empty file.
Result<std::size_t> version_of(Database& database, std::size_t known) {
  const auto id = database.integer("PRAGMA application_id");
  if (!id) return id.error();
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool empty = *tables == 0 && *id == 0 && *version == 0;
  if (!empty && *id != application_id)
    return refuse(fmt::format(
        "{} is an SQLite file of another program. It was left as it is; name another file", database.path()));
  if (*version < 0 || static_cast<std::size_t>(*version) > known)
    return refuse(fmt::format("{} was written by a newer bftp-torture (schema {}, this one knows {})",
                              database.path(), *version, known));
  return static_cast<std::size_t>(*version);
}

/// A history that is damaged, or that lacks a table, is to be found out before a run of hours, not when its
/// result cannot be kept.
Result<void> check_sound(Database& database, std::span<const char* const> scripts) {
  Statement check(database.handle(), "PRAGMA quick_check(1)");
  if (!check.step()) return database.problem();
  if (const std::string found = check.text(0); found != "ok")
    return explain(SQLITE_CORRUPT, database.path(), found.c_str(), 0);
  auto model = Database::open(":memory:", SQLITE_OPEN_READWRITE, 0);
  if (!model) return model.error();
  for (const char* script : scripts)
    if (auto applied = model->execute(script); !applied) return applied;
  Statement tables(model->handle(), "SELECT name FROM sqlite_schema WHERE type = 'table'");
  while (tables.step()) {
    const std::string name = tables.text(0);
    Statement known(database.handle(), "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
    if (!known.bind(name).step())
      return explain(SQLITE_CORRUPT, database.path(), fmt::format("it lacks the table {}", name).c_str(), 0);
  }
  return {};
}

/// Writes what is there already and takes it back: a disk or a folder that cannot be written shows itself
/// before a run, and not at its end. Where somebody else writes just now, it can be written.
Result<void> check_writable(Database& database, std::size_t version) {
  const auto transaction = Transaction::begin(database);
  if (!transaction && transaction.error().kind == ErrorKind::deadline) return {};
  if (!transaction) return transaction.error();
  return database.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
}

}  // namespace

Statement::Statement(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  note(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr));
  statement_.reset(statement);
}

void Statement::note(int code) {
  if (code_ == SQLITE_OK) code_ = code;
}

Statement& Statement::bind(std::int64_t value) {
  if (!failed()) note(sqlite3_bind_int64(statement_.get(), next_++, value));
  return *this;
}

Statement& Statement::bind(double value) {
  if (!failed()) note(sqlite3_bind_double(statement_.get(), next_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (!failed())
    note(sqlite3_bind_text64(statement_.get(), next_++, text.data() == nullptr ? "" : text.data(),
                             text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null() {
  if (!failed()) note(sqlite3_bind_null(statement_.get(), next_++));
  return *this;
}

bool Statement::step() {
  if (failed()) return false;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) note(code);
  return false;
}

void Statement::reset() {
  if (statement_ != nullptr) sqlite3_reset(statement_.get());
  next_ = 1;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::optional<double> Statement::real_if_any(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return real(column);
}

std::optional<std::string> Statement::text_if_any(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return text(column);
}

Result<Database> Database::open(const std::string& path, int flags, int patience_ms) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<sqlite3, Closer> handle(raw);
  if (code != SQLITE_OK)
    return explain(code, path, sqlite3_errstr(code), raw != nullptr ? sqlite3_system_errno(raw) : 0);
  sqlite3_busy_timeout(raw, patience_ms);
  // A file that somebody made up cannot make us call functions of its own choice.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  Database database(std::move(handle), path);
  if (auto set = database.execute("PRAGMA foreign_keys = ON"); !set) return set.error();
  return database;
}

Error Database::problem() const {
  return explain(sqlite3_extended_errcode(handle()), path_, sqlite3_errmsg(handle()),
                 sqlite3_system_errno(handle()));
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return problem();
  return {};
}

Result<std::int64_t> Database::integer(const char* sql) {
  Statement statement(handle(), sql);
  if (statement.step()) return statement.integer(0);
  return problem();
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  if (auto committed = database_->execute("COMMIT"); !committed) return committed;
  database_ = nullptr;
  return {};
}

Result<void> check_schema(Database& database, std::span<const char* const> scripts) {
  const auto version = version_of(database, scripts.size());
  if (!version) return version.error();
  if (*version == scripts.size()) return {};
  if (*version == 0)
    return refuse(fmt::format("{} is empty: no run has been recorded in it", database.path()));
  return refuse(fmt::format(
      "{} was written by an older bftp-torture (schema {}); the next 'run --history {}' brings it up to date",
      database.path(), *version, database.path()));
}

Result<void> migrate(Database& database, std::span<const char* const> scripts) {
  const auto before = version_of(database, scripts.size());
  if (!before) return before.error();
  if (*before == scripts.size()) {
    if (auto sound = check_sound(database, scripts); !sound) return sound;
    return check_writable(database, *before);
  }
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.error();
  const auto version = version_of(database, scripts.size());  // again: somebody else may have been first
  if (!version) return version.error();
  for (std::size_t next = *version; next < scripts.size(); ++next)
    if (auto applied = database.execute(scripts[next]); !applied) return applied;
  const std::string marks =
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, scripts.size());
  if (auto marked = database.execute(marks.c_str()); !marked) return marked;
  return transaction->commit();
}

}  // namespace bftp::history_store
