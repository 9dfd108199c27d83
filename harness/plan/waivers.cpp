#include "harness/plan/waivers.hpp"

#include <algorithm>

#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"

namespace bftp::plan {
namespace {

constexpr std::size_t reason_bytes_max = 1'000;

}  // namespace

protocol::Result<void> apply_waiver(Plan& plan, const Setting& setting, const PlanContext& context) {
  const auto id = setting.key.substr(waivers_prefix.size());
  auto known = context.known_checks;
  known.insert(known.end(), context.known_cases.begin(), context.known_cases.end());
  if (!known.empty() && std::ranges::find(known, id) == known.end())
    return refuse(setting.where + ": there is no check or case " + in_quotes(id) + "; " + hint(id, known));
  const auto* reason = text_of(setting.value);
  if (reason == nullptr || reason->find_first_not_of(" \t\r\n") == std::string::npos)
    return refuse(setting.where + ": a waiver needs its reason, such as \"issue 12\"");
  if (reason->size() > reason_bytes_max)
    return refuse(setting.where + ": the reason of a waiver has at most 1000 bytes");
  plan.waivers[id] = *reason;
  return {};
}

}  // namespace bftp::plan
