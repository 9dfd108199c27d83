#include "harness/judge/waivers.hpp"

#include <set>
#include <string_view>

namespace bftp::judge {
namespace {

void waive(Verdict& verdict, const std::string& reason) {
  const bool failed = verdict.status == Status::fail;
  if (!failed && verdict.status != Status::inconclusive && verdict.status != Status::pass) return;
  const std::string found = std::move(verdict.summary);
  if (verdict.status == Status::pass) {
    verdict.summary = "Passed: its waiver is not needed any more and would hide the next failure.";
    verdict.happened = found;
    verdict.cause = "The waiver says: " + reason;
  } else {
    verdict.summary = (failed ? "Failed, and waived: " : "Inconclusive, and waived: ") + reason;
    verdict.waived = reason;
    const bool told = verdict.happened.find(found) != std::string::npos;
    if (!told) verdict.happened = verdict.happened.empty() ? found : found + " " + verdict.happened;
  }
  verdict.status = Status::warn;
  verdict.severity = Severity::minor;
  verdict.rounds_wanted.reset();
}

/// Of the two servers of a comparison: "identity.copies" of "head.identity.copies".
std::string without_server(std::string_view id) {
  for (const std::string_view server : {"base.", "head."})
    if (id.starts_with(server)) id.remove_prefix(server.size());
  return std::string(id);
}

}  // namespace

void apply_waivers(const std::map<std::string, std::string>& waivers, std::vector<Verdict>& verdicts) {
  std::set<std::string> needed;  // by one server; that the other passed does not make it idle
  for (const auto& verdict : verdicts)
    if (verdict.status == Status::fail || verdict.status == Status::inconclusive)
      needed.insert(without_server(verdict.id));
  for (auto& verdict : verdicts) {
    auto found = waivers.find(verdict.id);
    const std::string of_both = without_server(verdict.id);
    if (found == waivers.end() && (verdict.status != Status::pass || !needed.contains(of_both)))
      found = waivers.find(of_both);
    if (found != waivers.end()) waive(verdict, found->second);
  }
}

}  // namespace bftp::judge
