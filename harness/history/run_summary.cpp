#include "harness/history/run_summary.hpp"

#include "harness/judge/check.hpp"
#include "harness/judge/metrics.hpp"

namespace bftp::history {

std::string server_name(const plan::Plan& plan) {
  switch (plan.server.kind) {
    case plan::ServerKind::reference:
      return plan.server.model.empty() ? "reference" : "reference/" + plan.server.model;
    case plan::ServerKind::attached:
      return plan.server.attach_to.text();
    case plan::ServerKind::command:
      break;
  }
  return plan.server.command;
}

RunSummary summarise(const record::RunRecord& record, const std::vector<judge::Verdict>& verdicts,
                     int exit_code, const std::string& folder, std::optional<std::string> commit) {
  RunSummary run;
  run.started_utc = record.started_utc;
  run.name = record.plan.name;
  run.server = server_name(record.plan);
  run.profile = record.plan.profile;
  run.commit = std::move(commit);
  run.work = record::work_of(record.plan);
  run.machine = record.machine;
  run.machine.limits.clear();
  run.version = record.version;
  run.state = record::to_string(record.state);
  run.exit_code = exit_code;
  run.folder = folder;
  run.seed = record.plan.seed;
  run.transfers = record.transfers.total(record::Arm::server).transfers;
  run.duration_s = record.duration_s;
  for (const judge::Verdict& verdict : verdicts)
    run.checks.push_back(
        {verdict.id, to_string(verdict.category), to_string(verdict.status), verdict.measured});
  run.metrics = judge::metrics_of({record, false});
  return run;
}

}  // namespace bftp::history
