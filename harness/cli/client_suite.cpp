#include "harness/cli/client_suite.hpp"

#include "harness/drive/client_trials.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/plan/command_template.hpp"

namespace bftp::cli {
namespace {

using protocol::Result;

/// bftpd-specimen is bftpd with a fault, and takes its options. No fault: bftpd itself.
Result<std::unique_ptr<launch::ServerHandle>> start_specimen(const plan::ServerSpec& of_run,
                                                             const std::string& fault,
                                                             const ClientSuiteSettings& settings) {
  const auto program = launch::find_helper(fault.empty() ? "bftpd" : "bftpd-specimen");
  if (!program) return program.error();
  plan::ServerSpec spec;
  spec.kind = plan::ServerKind::command;
  spec.argv_template = {*program, "--host", "{host}", "--port", "{port}", "--root", "{root}"};
  if (!fault.empty()) spec.argv_template.insert(spec.argv_template.end(), {"--fault", fault});
  spec.argv_template.insert(spec.argv_template.end(), {"--dialect", of_run.dialect});
  spec.command = plan::quote_command(spec.argv_template);
  spec.dialect = of_run.dialect;
  launch::LaunchOptions options;
  options.root = settings.root;
  options.run_folder = settings.log_folder;
  options.hurry = &settings.stop;
  return launch::launch_server(spec, options);
}

}  // namespace

void run_client_suite(record::RunRecord& record, launch::Session& session, drive::Timekeeper& time,
                      const ClientSuiteSettings& settings) {
  drive::run_client_trials(
      record,
      {.workers = session.workers,
       .own_client = session.external_clients.size() > 1 ? std::optional<std::uint32_t>(1) : std::nullopt,
       .start_server =
           [&](const std::string& fault) { return start_specimen(record.plan.server, fault, settings); },
       .time = time,
       .stop = settings.stop,
       .progress = settings.progress,
       .epoch_ns = settings.epoch_ns});
}

}  // namespace bftp::cli
