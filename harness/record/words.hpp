#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace bftp::record {

/// A table of an enumeration's stable words, for both directions. Linear search: the tables are short.
template <class Enum, std::size_t N>
using WordTable = std::array<std::pair<Enum, const char*>, N>;

template <class Enum, std::size_t N>
const char* word_of(const WordTable<Enum, N>& table, Enum value) {
  for (const auto& [candidate, word] : table)
    if (candidate == value) return word;
  return "unknown";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const WordTable<Enum, N>& table, std::string_view word) {
  for (const auto& [value, candidate] : table)
    if (word == candidate) return value;
  return std::nullopt;
}

}  // namespace bftp::record
