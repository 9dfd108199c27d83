#include "harness/torture/restless.hpp"

#include <chrono>

namespace bftp::torture {
namespace {

using std::chrono::milliseconds;

/// Above it a server spins: one that waits uses none. Half a core, since others may want the rest.
constexpr double restless = 0.5;

std::optional<double> share_of_a_core(Subject& subject, milliseconds time) {
  const auto before = subject.cpu_s();
  const auto start = subject.network().now();
  subject.network().pause(time);
  const auto after = subject.cpu_s();
  const std::chrono::duration<double> took = subject.network().now() - start;
  if (!before || !after || took.count() <= 0) return std::nullopt;
  return (*after - *before) / took.count();
}

}  // namespace

std::optional<double> restless_share(Subject& subject) {
  constexpr milliseconds glance{300}, look{1'000};
  const auto start = subject.network().now();
  auto share = share_of_a_core(subject, glance);
  while (share && *share >= restless && subject.network().now() - start < settles_max)
    share = share_of_a_core(subject, look);
  return share && *share >= restless ? share : std::nullopt;
}

}  // namespace bftp::torture
