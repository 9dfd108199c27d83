#include "harness/cli/keep_history.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "harness/cli/commit.hpp"
#include "harness/cli/prepare.hpp"
#include "harness/cli/streams.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/history/select_baseline.hpp"
#include "harness/history_store/store.hpp"
#include "harness/judge/check.hpp"
#include "harness/judge/wording.hpp"
#include "harness/measure/machine.hpp"

namespace bftp::cli {
namespace {

using history::Candidate;
using history_store::Access;
using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr const char* group = "History";

/// Of a server that serves once the record's plan is what it could be asked (one client, perhaps no PUT), by
/// the server's doing: the work is what was asked, or no run would ever be like another.
history::RunSummary summarise(const record::RunRecord& record, const std::vector<judge::Verdict>& verdicts,
                              int exit_code, const std::string& folder, std::optional<std::string> commit,
                              const record::Work& asked) {
  auto run = history::summarise(record, verdicts, exit_code, folder, std::move(commit));
  if (!judge::serves_once(record)) return run;
  for (const char* field : {"clients", "ops"}) run.work.insert_or_assign(field, asked.at(field));
  return run;
}

bool is_run(const std::string& path) {
  return std::filesystem::is_directory(path) || std::filesystem::path(path).filename() == "run.json";
}

Result<record::Baseline> baseline_of_run(const std::string& path, const Candidate& candidate) {
  const auto record = drive::read_run(path);
  if (!record) return record.error();
  const auto verdicts = judge::judge_all(*record);
  const auto run =
      summarise(*record, verdicts, judge::exit_code(*record, verdicts), path, std::nullopt, candidate.work);
  return history::baseline_of(run, candidate, fmt::format("the run {}", path));
}

Result<record::Baseline> baseline_of_history(const std::string& path, const Candidate& candidate) {
  const auto store = history_store::open_sqlite(path, Access::read);
  if (!store) return store.error();
  const auto runs = (*store)->runs();
  if (!runs) return runs.error();
  return history::baseline_of(*runs, candidate, path);
}

/// A run that moved nothing, such as one of cases alone, has no figures, and would stand in the way of
/// trends.
bool worth_keeping(const report::RunReport& report) {
  return report.exit_code != exit_harness_failed &&
         report.record.transfers.total(record::Arm::server).transfers > 0;
}

}  // namespace

void add_history_options(CLI::App& command, HistoryOptions& options) {
  command.add_option("--history", options.history, "Append this run's summary to a history (an SQLite file)")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option(
          "--baseline", options.baseline,
          "Fail where this run is certainly and clearly worse than a recorded run, or than the last like "
          "runs of a history")
      ->type_name("RUN|FILE")
      ->group(group);
  command
      .add_option(
          "--commit", options.commit,
          "Commit under test, for the history; else GITHUB_SHA, CI_COMMIT_SHA, or that of this folder")
      ->type_name("REV")
      ->group(group);
}

Result<void> prepare_history(const HistoryOptions& options, const plan::Plan& plan, RunSettings& settings) {
  if (!options.commit.empty() && !find_commit(options.commit, {}))
    return Error{ErrorKind::invalid_input,
                 "--commit names no commit: right is a hash or a name such as v1.2, at most 100 characters",
                 0};
  std::shared_ptr<history_store::Store> store;
  if (!options.history.empty()) {
    auto opened = history_store::open_sqlite(options.history, Access::write);
    if (!opened) return opened.error();
    store = std::move(*opened);
  }
  if (!options.baseline.empty()) {
    const Candidate candidate{record::work_of(plan), measure::describe_machine(), history::server_name(plan),
                              version_of_harness_and_control()};
    auto baseline = is_run(options.baseline) ? baseline_of_run(options.baseline, candidate)
                                             : baseline_of_history(options.baseline, candidate);
    if (!baseline) return baseline.error();
    settings.baseline = std::move(*baseline);
  }
  if (!store) return {};
  settings.keep = [store, commit = find_commit(options.commit, system_commit_sources()),
                   asked = record::work_of(plan)](const report::RunReport& report) -> Result<void> {
    if (!worth_keeping(report)) return {};
    const auto kept = store->append(
        summarise(report.record, report.verdicts, report.exit_code, report.folder, commit, asked));
    if (!kept) return kept.error();
    return {};
  };
  return {};
}

int exit_code_for(const Error& error) {
  return error.kind == ErrorKind::invalid_input || error.kind == ErrorKind::not_found ? exit_usage
                                                                                      : exit_harness_failed;
}

}  // namespace bftp::cli
