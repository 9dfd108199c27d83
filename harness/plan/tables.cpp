#include "harness/plan/tables.hpp"

#include <algorithm>

#include "harness/plan/fields.hpp"
#include "harness/plan/limits.hpp"
#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"
#include "harness/plan/waivers.hpp"

namespace bftp::plan {
namespace {

using protocol::Result;

std::string without_dot(std::string_view prefix) {
  return std::string(prefix.substr(0, prefix.size() - 1));
}

std::vector<std::string> names_of_tables() {
  std::vector<std::string> names;
  for (const auto& key : field_keys()) {
    const auto dot = key.find('.');
    if (dot == std::string::npos) continue;
    auto name = key.substr(0, dot);
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  names.push_back(without_dot(limits_prefix));
  names.push_back(without_dot(waivers_prefix));
  return names;
}

Result<void> check_table_of_limits(const Setting& setting, const PlanContext& context) {
  const auto check = setting.key.substr(limits_prefix.size());
  if (context.known_limits.empty() || context.known_limits.contains(check)) return {};
  std::vector<std::string> checks;
  for (const auto& [id, limits] : context.known_limits) checks.push_back(id);
  return refuse(setting.where + ": there is no check " + in_quotes(check) + "; " + hint(check, checks));
}

}  // namespace

bool is_empty_table(const Setting& setting) {
  // Where a value belongs, whoever wants it says that a table is none.
  return std::holds_alternative<EmptyTable>(setting.value) && find_field(setting.key) == nullptr &&
         !setting.key.starts_with(waivers_prefix);
}

Result<void> check_empty_table(const Setting& setting, const PlanContext& context) {
  if (setting.key.starts_with(limits_prefix)) return check_table_of_limits(setting, context);
  const auto names = names_of_tables();
  if (std::ranges::find(names, setting.key) != names.end()) return {};
  return refuse(setting.where + ": there is no table " + in_quotes(setting.key) + "; " +
                hint(setting.key, names));
}

}  // namespace bftp::plan
