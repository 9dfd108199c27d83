#include <memory>
#include <ostream>

#include "harness/cli/commands.hpp"
#include "harness/cli/known_to_plans.hpp"
#include "harness/cli/one_of.hpp"
#include "harness/cli/plan_options.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/judge/check.hpp"
#include "harness/plan/lines.hpp"
#include "harness/report/format.hpp"

namespace bftp::cli {
namespace {

struct JudgeOptions {
  std::string run = "reports/latest";
  std::string format;  ///< print this one instead of rewriting the folder
  bool quiet = false;
  bool json = false;
  plan::PlanRequest lines;  ///< the plan file, limits and waivers alone
};

OutputKind output_of(const JudgeOptions& options) {
  if (options.json) return OutputKind::json;
  return options.quiet ? OutputKind::quiet : OutputKind::summary;
}

int judge_again(const JudgeOptions& options, Invocation& invocation) {
  if (drive::is_being_written(options.run)) {
    invocation.streams.err << "bftp-torture: the run in " << drive::folder_of_run(options.run)
                           << " is still going on: it writes its report when it ends\n";
    return exit_harness_failed;
  }
  auto record = drive::read_run(options.run);
  if (!record) {
    invocation.streams.err << "bftp-torture: " << record.error().message << "\n";
    const bool not_there = record.error().kind == protocol::ErrorKind::not_found;
    return not_there ? exit_usage : exit_harness_failed;
  }
  if (record->state == record::RunState::running) {
    record->state = record::RunState::interrupted;
    record->state_text = "the harness was killed while it ran; this is what was recorded until then";
  }
  if (const auto drawn = plan::draw_other_lines(record->plan, options.lines, known_to_plans(*record));
      !drawn) {
    invocation.streams.err << "bftp-torture: " << drawn.error().message << "\n";
    return exit_usage;
  }
  auto verdicts = judge::judge_all(*record);
  const int code = judge::exit_code(*record, verdicts);
  const report::RunReport report{*record, std::move(verdicts), code, drive::folder_of_run(options.run)};
  if (options.format.empty()) return deliver(report, output_of(options), invocation.streams);
  invocation.streams.out << report::find_format(options.format)->render(report);
  return exit_pass;
}

std::shared_ptr<JudgeOptions> add_common(CLI::App& command) {
  auto options = std::make_shared<JudgeOptions>();
  command.add_option("RUN", options->run, "A run's folder or its run.json")->capture_default_str();
  command.add_flag("--quiet", options->quiet, "One line");
  command.add_flag("--json", options->json, "Print run.json");
  return options;
}

}  // namespace

Action add_judge_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "judge", "Judge a recorded run again, without a single transfer, and rewrite its report");
  const auto options = add_common(*command);
  add_line_options(*command, options->lines);
  command
      ->add_option("--plan", options->lines.plan_file,
                   "Limits and waivers of this plan file in place of the recorded ones; its other settings "
                   "are passed over")
      ->type_name("FILE");
  return [options](Invocation& invocation) {
    return judge_again(*options, invocation);
  };
}

Action add_report_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "Write a recorded run's report again, or print one of its formats");
  const auto options = add_common(*command);
  std::vector<std::string> formats;
  for (const report::Format& format : report::all_formats()) formats.emplace_back(format.name);
  command->add_option("--format", options->format, "Print this format to standard output and write nothing")
      ->check(one_of(formats));
  return [options](Invocation& invocation) {
    return judge_again(*options, invocation);
  };
}

}  // namespace bftp::cli
