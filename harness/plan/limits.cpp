#include "harness/plan/limits.hpp"

#include <algorithm>
#include <cmath>

#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"
#include "harness/plan/units.hpp"

namespace bftp::plan {
namespace {

using protocol::Result;

Result<double> limit_value(const Setting& setting) {
  if (const auto* whole = std::get_if<std::int64_t>(&setting.value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&setting.value); number != nullptr && std::isfinite(*number))
    return *number;
  if (const auto* typed = std::get_if<Typed>(&setting.value)) {
    if (const auto number = parse_number(typed->text)) return *number;
  }
  return refuse(setting.where + ": a limit is a number");
}

template <class Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

Result<void> check_limit_name(const std::string& check, const std::string& name, const std::string& where,
                              const PlanContext& context) {
  if (context.known_limits.empty()) return {};
  const auto known = context.known_limits.find(check);
  if (known == context.known_limits.end())
    return refuse(where + ": there is no check \"" + check + "\"; " +
                  hint(check, keys_of(context.known_limits)));
  if (std::ranges::find(known->second, name) != known->second.end()) return {};
  return refuse(where + ": the check " + check + " has no limit \"" + name + "\"; " +
                hint(name, known->second));
}

}  // namespace

protocol::Result<void> apply_limit(Plan& plan, const Setting& setting, const PlanContext& context) {
  const auto path = setting.key.substr(limits_prefix.size());
  if (const auto whole = context.known_limits.find(path); whole != context.known_limits.end())
    return refuse(setting.where + ": " + path + " is a check; " +
                  (whole->second.empty()
                       ? std::string("it has no limits")
                       : "name one of its limits too: " + path + "." + whole->second.front()));
  const auto dot = path.rfind('.');
  if (dot == std::string::npos || dot == 0)
    return refuse(setting.where +
                  ": limits stand in tables named by their check, such as [limits.\"uniformity.tail\"]");
  const auto check = path.substr(0, dot), name = path.substr(dot + 1);
  if (auto known = check_limit_name(check, name, setting.where, context); !known) return known;
  const auto value = limit_value(setting);
  if (!value) return value.error();
  plan.limits[check][name] = *value;
  return {};
}

}  // namespace bftp::plan
