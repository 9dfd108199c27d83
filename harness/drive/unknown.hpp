#pragma once

#include <optional>

namespace bftp::drive {

/// Of figures that may be unknown: unknown unless both are known.
template <class T>
std::optional<T> difference(const std::optional<T>& after, const std::optional<T>& before) {
  if (!after || !before) return std::nullopt;
  return *after - *before;
}

}  // namespace bftp::drive
