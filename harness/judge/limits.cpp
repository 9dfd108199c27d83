#include "harness/judge/limits.hpp"

#include <cassert>

namespace bftp::judge {

LimitValues limits_for(const Check& check, const plan::Limits& plan) {
  LimitValues values;
  for (const LimitSpec& spec : check.limits()) values[spec.name] = spec.standard;
  const auto moved = plan.find(std::string(check.id()));
  if (moved == plan.end()) return values;
  for (const auto& [name, value] : moved->second) values[name] = value;
  return values;
}

double limit(const Check& check, const LimitValues& values, std::string_view name) {
  if (const auto given = values.find(std::string(name)); given != values.end()) return given->second;
  for (const LimitSpec& spec : check.limits()) {
    if (spec.name == name) return spec.standard;
  }
  assert(false && "the check declares every limit that it asks for");
  return 0;
}

}  // namespace bftp::judge
