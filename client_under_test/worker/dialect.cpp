#include "client_under_test/worker/dialect.hpp"

#include <algorithm>
#include <cassert>

#include "client_under_test/worker/exchange.hpp"

namespace bftp::client::worker {

namespace {

/// Filled before main() by the dialects' own files and never changed afterwards.
std::vector<std::unique_ptr<const Dialect>>& registry() {
  static std::vector<std::unique_ptr<const Dialect>> dialects;
  return dialects;
}

Answer never_called() {
  assert(false && "this dialect cannot store; ask can_store() first");
  return Answer::malform("this dialect cannot store");
}

}  // namespace

RegisterDialect::RegisterDialect(std::unique_ptr<const Dialect> dialect) {
  assert(find_dialect(dialect->name()) == nullptr);
  registry().push_back(std::move(dialect));
}

const Dialect* find_dialect(std::string_view name) {
  for (const auto& dialect : registry()) {
    if (dialect->name() == name) return dialect.get();
  }
  return nullptr;
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const auto& dialect : registry()) names.emplace_back(dialect->name());
  std::sort(names.begin(), names.end());
  return names;
}

std::unique_ptr<Exchange> Dialect::own_exchange(const TransferTerms&, Link&) const {
  return nullptr;
}
std::string Dialect::ask_put(const Asking&, std::uint64_t) const {
  return never_called().text;
}
Answer Dialect::answer_to_put(std::string_view) const {
  return never_called();
}
Answer Dialect::answer_to_content(std::string_view) const {
  return never_called();
}
std::string Dialect::ask_delete(const Asking&) const {
  return never_called().text;
}
Answer Dialect::answer_to_delete(std::string_view) const {
  return never_called();
}

}  // namespace bftp::client::worker
