#include "harness/record/warnings.hpp"

#include <algorithm>

namespace bftp::record {

void note(std::vector<Warning>& warnings, const Warning& warning) {
  const auto same_kind = [&](const Warning& other) {
    return other.id == warning.id;
  };
  const auto same = [&](const Warning& other) {
    return same_kind(other) && other.text == warning.text;
  };
  if (std::ranges::any_of(warnings, same)) return;
  const auto kept = static_cast<std::size_t>(std::ranges::count_if(warnings, same_kind));
  if (kept < warnings_of_a_kind_max) warnings.push_back(warning);
  if (kept == warnings_of_a_kind_max)
    warnings.push_back({warning.id, "there was more of this kind (" + warning.id + "), which is not listed"});
}

void note(std::vector<Warning>& warnings, std::span<const Warning> more) {
  for (const Warning& warning : more) note(warnings, warning);
}

}  // namespace bftp::record
