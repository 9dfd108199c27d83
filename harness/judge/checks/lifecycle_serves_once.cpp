#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Of one that serves once each transfer has a server of its own.
Series served_by_one(const record::RunRecord& record, bool once) {
  Series series = count_so_far(record, "Transfers that the same server had made by then",
                               [](const auto&) { return true; });
  if (once)
    std::fill(series.y.begin(), series.y.end(), 1.0);
  else
    series.y = series.x;
  return series;
}

class ServesOnce final : public Check {
 public:
  std::string_view id() const override { return "lifecycle.serves_once"; }
  Category category() const override { return Category::lifecycle; }
  std::string_view title() const override { return "The server serves more than one connection"; }
  std::string_view about() const override {
    return "A server that serves one connection and ends is recognised before the run and started anew for "
           "each transfer, by one client. Its copies are judged, nothing else. Fails where the dialect is "
           "BFTP; in the others it is a warning, since the lecture's first servers are meant so.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "any number of connections";
    verdict.expected =
        "The server drops one client's state and goes on serving all others (clauses 2.6 and 6.1).";
    verdict.clauses = {"2.6", "6.1"};
    const auto found = std::find_if(record.warnings.begin(), record.warnings.end(), [](const auto& warning) {
      return warning.id == record::serves_once_warning;
    });
    const bool once = found != record.warnings.end();
    if (auto served = served_by_one(record, once); !served.x.empty())
      verdict.series.push_back(std::move(served));
    if (!once) {
      const auto total = record.transfers.total(record::Arm::server);
      const auto served = total.transfers - total.errors;
      verdict.measured = counted(served, "transfer") + " by one server";
      if (served < 2)
        return skipped(std::move(verdict),
                       "Not judged: too few transfers came to their end to show whether the server goes on.");
      verdict.status = Status::pass;
      verdict.summary = "The server went on after its first connection.";
      return verdict;
    }
    const bool promised = record.plan.server.dialect == "bftp";
    verdict.status = promised ? Status::fail : Status::warn;
    verdict.severity = promised ? Severity::critical : Severity::minor;
    verdict.measured = "one connection by each server";
    verdict.summary = "The server serves one connection and ends.";
    verdict.happened = quoted(found->text, 300);
    verdict.cause = "The loop around accept() is missing, or the program leaves it with the first client.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ServesOnce)

}  // namespace
}  // namespace bftp::judge
