#include "server_under_test/dialects/dialect.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace bftp::server {

namespace {

/// Filled while the program starts, before main(), by one thread.
std::vector<std::unique_ptr<const Dialect>>& registry() {
  static std::vector<std::unique_ptr<const Dialect>> dialects;
  return dialects;
}

}  // namespace

std::uint64_t Dialect::body_bytes_max() const {
  return std::numeric_limits<std::int64_t>::max();  // clause 1.5
}

RegisteredDialect::RegisteredDialect(std::unique_ptr<const Dialect> dialect) {
  registry().push_back(std::move(dialect));
}

const std::vector<const Dialect*>& all_dialects() {
  static const std::vector<const Dialect*> sorted = [] {
    std::vector<const Dialect*> dialects;
    for (const auto& dialect : registry()) dialects.push_back(dialect.get());
    std::ranges::sort(dialects, {}, &Dialect::clause);
    return dialects;
  }();
  return sorted;
}

const Dialect* find_dialect(std::string_view name) {
  const auto& all = all_dialects();
  const auto found = std::ranges::find(all, name, &Dialect::name);
  return found == all.end() ? nullptr : *found;
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const auto* dialect : all_dialects()) names.emplace_back(dialect->name());
  return names;
}

}  // namespace bftp::server
