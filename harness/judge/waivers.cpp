#include "harness/judge/waivers.hpp"

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

}  // namespace

void apply_waivers(const std::map<std::string, std::string>& waivers, std::vector<Verdict>& verdicts) {
  for (auto& verdict : verdicts)
    if (const auto found = waivers.find(verdict.id); found != waivers.end()) waive(verdict, found->second);
}

}  // namespace bftp::judge
