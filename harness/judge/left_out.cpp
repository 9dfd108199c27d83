#include "harness/judge/left_out.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/wording.hpp"
#include "harness/plan/plan.hpp"
#include "protocol/dialects.hpp"

namespace bftp::judge {

std::string why_phase_was_left_out(const record::RunRecord& record, std::string_view phase) {
  if (plan::runs_phase(record.plan, phase)) return {};
  return fmt::format("Left out: the plan has phases = {}, so not {} (--phases).",
                     fmt::join(record.plan.phases, ","), phase);
}

std::string why_no_impolite_clients(const record::RunRecord& record) {
  const plan::ServerSpec& server = record.plan.server;
  if (has_external_client(record))
    return "Not tried with an external client: run without --client to judge the server.";
  const auto* facts = protocol::find_dialect_facts(server.dialect);
  if (facts != nullptr && !facts->single_connection)
    return fmt::format("Not tried in the dialect {}: its exchange takes more than one connection.",
                       server.dialect);
  if (server.kind == plan::ServerKind::attached && !server.pid)
    return "Not tried, since the server's resources are unknown: with --attach give its --pid.";
  return {};
}

std::string why_nothing_was_replaced(const record::RunRecord& record) {
  if (std::string why = why_no_impolite_clients(record); !why.empty()) return why;
  const plan::Plan& plan = record.plan;
  if (std::ranges::find(plan.ops, record::Op::put) == plan.ops.end()) return "The run stores no files.";
  const auto* facts = protocol::find_dialect_facts(plan.server.dialect);
  if (facts == nullptr || !facts->put_replaces)
    return fmt::format("Not tried in the dialect {}: it does not say that a PUT replaces a file.",
                       plan.server.dialect);
  return {};
}

std::string why_no_other_verbs(const record::RunRecord& record) {
  if (std::string why = why_no_impolite_clients(record); !why.empty()) return why;
  const std::string& dialect = record.plan.server.dialect;
  const auto* facts = protocol::find_dialect_facts(dialect);
  if (facts == nullptr || !facts->other_verbs)
    return fmt::format("The dialect {} has nothing but requests for whole files.", dialect);
  return {};
}

Verdict needing_work(Verdict verdict, const record::RunRecord& record) {
  const bool worked = record.transfers.total(record::Arm::server).transfers > 0;
  const bool elsewhere = verdict.category == Category::harness || verdict.category == Category::client;
  if (worked || elsewhere || verdict.status == Status::fail) return verdict;
  return skipped(std::move(verdict), "Not judged: the run ended before anything was transferred.");
}

}  // namespace bftp::judge
