#include <algorithm>
#include <cassert>
#include <tuple>

#include "harness/judge/check.hpp"

namespace bftp::judge {
namespace {

/// Filled before main() by the checks themselves, never changed afterwards.
std::vector<std::unique_ptr<Check>>& table() {
  static std::vector<std::unique_ptr<Check>> checks;
  return checks;
}

std::vector<const Check*> in_order() {
  std::vector<const Check*> checks;
  for (const auto& check : table()) checks.push_back(check.get());
  std::sort(checks.begin(), checks.end(), [](const Check* a, const Check* b) {
    return std::tuple(a->category(), a->id()) < std::tuple(b->category(), b->id());
  });
  return checks;
}

}  // namespace

const std::vector<const Check*>& all_checks() {
  static const std::vector<const Check*> checks = in_order();
  return checks;
}

namespace detail {

bool register_check(std::unique_ptr<Check> check) {
  assert(std::none_of(table().begin(), table().end(),
                      [&](const auto& other) { return other->id() == check->id(); }));
  table().push_back(std::move(check));
  return true;
}

}  // namespace detail
}  // namespace bftp::judge
