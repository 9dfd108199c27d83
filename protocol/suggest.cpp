#include "protocol/suggest.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace bftp::protocol {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back, above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_back = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  constexpr std::size_t word_max = 256;  // bounds the work on hostile input
  if (word.empty() || word.size() > word_max) return std::nullopt;
  const auto wanted = lower(word);
  const std::string* best = nullptr;
  std::size_t best_distance = word_max;
  for (const auto& candidate : candidates) {
    const auto known = lower(candidate);
    const auto near_enough = std::max<std::size_t>(1, std::max(wanted.size(), known.size()) / 3);
    const auto is_start = wanted.size() >= 3 && known.starts_with(wanted);
    const auto distance = is_start ? 1 : edit_distance(wanted, known);
    if (distance <= near_enough && distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string hint(std::string_view word, std::span<const std::string> candidates) {
  if (const auto near = nearest(word, candidates)) return "did you mean \"" + *near + "\"?";
  constexpr std::size_t listed_max = 20;
  std::string text = "right are: ";
  for (std::size_t i = 0; i < candidates.size() && i < listed_max; ++i)
    text += (i == 0 ? "" : ", ") + candidates[i];
  return candidates.size() > listed_max ? text + ", …" : text;
}

}  // namespace bftp::protocol
