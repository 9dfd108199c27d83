#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace bftp::drive {

/// The next number of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) and its state moved on: the same on every
/// machine, unlike the standard library's distributions.
inline std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// A number that looks like chance for each `seed`.
inline std::uint64_t mixed(std::uint64_t seed) {
  return next_random(seed);
}

/// Fisher and Yates's shuffle: the same order on every machine, unlike std::shuffle.
template <class T>
void shuffle(std::vector<T>& items, std::uint64_t seed) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[next_random(seed) % i]);
}

}  // namespace bftp::drive
