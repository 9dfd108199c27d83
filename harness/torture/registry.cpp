#include <algorithm>

#include "harness/torture/case.hpp"

namespace bftp::torture {
namespace {

/// Filled before main() by the cases themselves, never changed afterwards.
std::vector<std::unique_ptr<Case>>& case_table() {
  static std::vector<std::unique_ptr<Case>> cases;
  return cases;
}

}  // namespace

const std::vector<const Case*>& all_cases() {
  static const std::vector<const Case*> sorted = [] {
    std::vector<const Case*> cases;
    for (const auto& one : case_table()) cases.push_back(one.get());
    std::ranges::sort(cases, {}, [](const Case* one) { return one->id(); });
    return cases;
  }();
  return sorted;
}

namespace detail {

bool register_case(std::unique_ptr<Case> one) {
  case_table().push_back(std::move(one));
  return true;
}

}  // namespace detail
}  // namespace bftp::torture
