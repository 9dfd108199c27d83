#pragma once

#include <atomic>
#include <cstdint>

namespace bftp::server::specimens {

/// Seeded chance that several threads may share: the n-th draw depends on the seed and on n alone, whoever
/// draws it. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) on a counter.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (seed_ * 0xd1342543de82ef95u + draws_.fetch_add(1) + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 up to, but without, 1.
  double share() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool hits(double probability) { return share() < probability; }
  /// 0 to bound - 1; bound is not 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t seed_;
  std::atomic<std::uint64_t> draws_{0};
};

}  // namespace bftp::server::specimens
