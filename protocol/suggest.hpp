#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bftp::protocol {

/// Damerau-Levenshtein distance in its optimal string alignment form (Damerau 1964; Levenshtein 1966): the
/// least number of insertions, deletions, substitutions and swaps of neighbours. Bytes, not characters.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, upper and lower case alike, if it is near enough to be a slip of the
/// fingers: at most a third of the longer word, and always one edit. The first of equally near ones. `word`
/// begins of a candidate counts as near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// For the end of a message: `did you mean "epoll"?`, or `right are: fork, thread`, cut after 20 candidates.
std::string hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace bftp::protocol
