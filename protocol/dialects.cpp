#include "protocol/dialects.hpp"

#include <algorithm>
#include <array>

namespace bftp::protocol {

namespace {

using enum EndOfFile;

// name, clause, has_put, end, can_last, reference, single_connection, end_marked, encrypted, put_replaces,
// other_verbs
constexpr std::array facts = std::to_array<DialectFacts>({
    {"bftp", "1 to 6", true, length, true, true, true, "size in the reply", false, true, true},
    {"nul", "7.1", false, close, false, true, true, "close"},
    {"raw", "7.2", false, close, false, true, true, "close"},
    {"line", "7.3", false, close, false, true, true, "close"},
    {"fixed", "7.4", false, close, false, true, true, "close"},
    {"sized", "7.5", false, length, false, true, true, "size header"},
    {"stream", "7.6", false, length, true, true, true, "size in the reply"},
    {"http", "7.7", false, length_or_close, true, true, true, "Content-Length, chunks or close", false, false,
     true},
    {"ftp", "7.8", true, close, true, false, false, "close of the data connection"},
    {"http1.1", "RFC 9112", false, length_or_close, true, true, true, "Content-Length, chunks or close",
     false, false, true},
    {"https", "RFC 9110", false, length_or_close, true, false, true, "Content-Length, chunks or close", true,
     false, true},
});

}  // namespace

std::span<const DialectFacts> dialects() {
  return facts;
}

const DialectFacts* find_dialect_facts(std::string_view name) {
  const auto found = std::ranges::find(facts, name, &DialectFacts::name);
  return found == facts.end() ? nullptr : &*found;
}

std::vector<std::string> known_dialect_names() {
  std::vector<std::string> names;
  for (const auto& each : facts) names.emplace_back(each.name);
  return names;
}

}  // namespace bftp::protocol
