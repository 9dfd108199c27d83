#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <random>

#include "harness/cli/commands.hpp"
#include "harness/cli/interrupts.hpp"
#include "harness/cli/keep_history.hpp"
#include "harness/cli/known_to_plans.hpp"
#include "harness/cli/plan_options.hpp"
#include "harness/cli/programs.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/plan/make_plan.hpp"

namespace bftp::cli {
namespace {

struct RunOptions {
  plan::PlanRequest request;
  HistoryOptions history;
  bool quiet = false;
  bool json = false;
  bool show_plan = false;
  bool explain = false;
};

std::uint64_t random_seed() {
  std::random_device device;
  return device();  // 32 bits: short enough to type again
}

plan::PlanContext context_for(const Invocation& invocation) {
  auto context = known_to_plans();
  context.random_seed = random_seed();
  context.reference_command =
      plan::quote_command({sibling_program("bftpd")}) + " --host {host} --port {port} --root {root}";
  context.command_line = invocation.command_line;
  return context;
}

int run(const RunOptions& options, Invocation& invocation) {
  Streams& streams = invocation.streams;
  const auto plan = plan::make_plan(options.request, context_for(invocation));
  if (!plan) {
    streams.err << "bftp-torture: " << plan.error().message << "\n";
    return exit_usage;
  }
  if (options.show_plan) {
    streams.out << plan::to_toml(*plan);
    return exit_pass;
  }
  RunSettings settings;
  settings.output = options.json ? OutputKind::json : options.quiet ? OutputKind::quiet : OutputKind::summary;
  settings.explain = options.explain;
  if (const auto ready = prepare_history(options.history, *plan, settings); !ready) {
    streams.err << "bftp-torture: " << ready.error().message << "\n";
    return exit_code_for(ready.error());
  }
  const Interrupts interrupts;
  return run_pipeline(*plan, settings, interrupts.stop(), streams);
}

}  // namespace

Action add_run_command(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Run a server through the suites and report");
  add_plan_options(*command, options->request);
  add_history_options(*command, options->history);
  command->add_flag("--quiet", options->quiet, "No progress, one line at the end");
  command->add_flag("--json", options->json, "No progress; print run.json at the end");
  command
      ->add_flag("--explain", options->explain,
                 "At the end, walk through the first failure in plain words: what to change, and how")
      ->excludes("--json");
  command->add_flag("--show-plan", options->show_plan, "Print the plan as a plan file and do nothing");
  return [options](Invocation& invocation) {
    return run(*options, invocation);
  };
}

}  // namespace bftp::cli
