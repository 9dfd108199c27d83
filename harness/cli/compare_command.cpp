#include <fmt/format.h>

#include <array>
#include <memory>
#include <ostream>
#include <random>

#include "harness/cli/commands.hpp"
#include "harness/cli/compare_pipeline.hpp"
#include "harness/cli/interrupts.hpp"
#include "harness/cli/programs.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/plan/compare_plan.hpp"

namespace bftp::cli {
namespace {

using plan::CompareRequest;
using plan::PlanRequest;

struct CompareOptions {
  CompareRequest request;
  bool no_pin = false;
  bool quiet = false;
  bool json = false;
};

constexpr const char* what = "What is compared";
constexpr const char* how_much = "How much";
constexpr const char* how = "How";

template <class Request>
struct OptionRow {
  const char* name;
  std::optional<std::string> Request::*field;
  const char* value_name;
  const char* about;
  const char* group;
};

constexpr std::array own_rows{
    OptionRow<CompareRequest>{
        "--base", &CompareRequest::base, "CMD",
        "Command that starts the server to compare with, with {host} {port} {root}; run without "
        "a shell. None: the reference server",
        what},
    OptionRow<CompareRequest>{"--head", &CompareRequest::head, "CMD",
                              "The same for the server that is judged. None: the reference server", what},
    OptionRow<CompareRequest>{"--clients", &CompareRequest::clients, "N,...",
                              "Client processes at once; several numbers are compared one by one", how_much},
    OptionRow<CompareRequest>{"--smallest-effect", &CompareRequest::smallest_effect, "P%",
                              "What counts as the same: differences within this share (2%)", how},
};

constexpr std::array common_rows{
    OptionRow<PlanRequest>{"--dialect", &PlanRequest::dialect, "DIALECT",
                           "What both speak; see 'list dialects'", what},
    OptionRow<PlanRequest>{"--client", &PlanRequest::worker, "CMD",
                           "Worker to spawn in place of the built-in bftp-worker", what},
    OptionRow<PlanRequest>{"--fixtures", &PlanRequest::fixtures, "F,...",
                           "Files to transfer; each is compared by itself (size_4096.bin,oliver_twist.txt)",
                           how_much},
    OptionRow<PlanRequest>{"--ops", &PlanRequest::ops, "get,put", "Which way files go (get)", how_much},
    OptionRow<PlanRequest>{"--db-size", &PlanRequest::db_csv_size, "SIZE", "Size of db.csv, 1KiB to 8GiB",
                           how_much},
    OptionRow<PlanRequest>{"--max-time", &PlanRequest::max_time, "TIME",
                           "How long it may take (60s; 5m with --until-conclusive)", how_much},
    OptionRow<PlanRequest>{
        "--verify", &PlanRequest::verify, "HOW",
        "sha256 (between the blocks), bytes (as they arrive) or none (no verdict on identity)", how},
    OptionRow<PlanRequest>{"--lasting-connections", &PlanRequest::lasting_connections, "BOOL",
                           "true: one connection for all transfers of a client, else one for each", how},
    OptionRow<PlanRequest>{"--seed", &PlanRequest::seed, "N", "Seed of the order of the blocks", how},
    OptionRow<PlanRequest>{"--sample-rate", &PlanRequest::sample_rate, "HZ", "Resource samples a second",
                           how},
    OptionRow<PlanRequest>{"--arena", &PlanRequest::arena, "SIZE",
                           "Memory of each client for copies that wait to be hashed", how},
    OptionRow<PlanRequest>{"--name", &PlanRequest::name, "NAME", "Part of the report folder's name", how},
    OptionRow<PlanRequest>{"--out", &PlanRequest::reports_folder, "DIR", "Where reports are written", how},
    OptionRow<PlanRequest>{"--ready-timeout", &PlanRequest::ready_timeout, "TIME", "For a server to listen",
                           how},
    OptionRow<PlanRequest>{"--stop-timeout", &PlanRequest::stop_timeout, "TIME",
                           "For a server to end after SIGTERM", how},
    OptionRow<PlanRequest>{"--transfer-deadline", &PlanRequest::transfer_deadline, "TIME", "For one transfer",
                           how},
};

template <class Request, std::size_t N>
void add_rows(CLI::App& command, const std::array<OptionRow<Request>, N>& rows, Request& request) {
  for (const OptionRow<Request>& row : rows)
    command.add_option(row.name, request.*row.field, row.about)
        ->type_name(row.value_name)
        ->group(row.group)
        ->take_last();
}

/// For --help: every word that --fail-if takes.
std::string metrics_text() {
  std::string text = "Metrics of --fail-if, as head / base:\n";
  for (const plan::CompareMetric& metric : plan::compare_metrics()) {
    std::string names(metric.name);
    for (const std::string_view alias : metric.aliases) names += fmt::format(", {}", alias);
    text += fmt::format("  {:<46} {}\n", names, metric.about);
  }
  return text +
         "\nA condition fails (exit 1) only when the whole interval lies beyond its bound, passes (0) when "
         "the whole\n"
         "interval lies on the right side, and cannot be told (2) otherwise. Without --fail-if nothing gates "
         "but\n"
         "that every copy is identical and both servers stay up.\n";
}

int compare(const CompareOptions& options, Invocation& invocation) {
  Streams& streams = invocation.streams;
  CompareRequest request = options.request;
  request.pin = !options.no_pin;
  plan::PlanContext context;
  context.random_seed = std::random_device{}();  // 32 bits: short enough to type again
  context.reference_command =
      plan::quote_command({sibling_program("bftpd")}) + " --host {host} --port {port} --root {root}";
  context.command_line = invocation.command_line;
  const auto plan = plan::make_compare_plan(request, context);
  if (!plan) {
    streams.err << "bftp-torture: " << plan.error().message << "\n";
    return exit_usage;
  }
  RunSettings settings;
  settings.output = options.json ? OutputKind::json : options.quiet ? OutputKind::quiet : OutputKind::summary;
  const Interrupts interrupts;
  return compare_pipeline(*plan, settings, interrupts.stop(), streams);
}

}  // namespace

Action add_compare_command(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = app.add_subcommand(
      "compare", "Compare two servers in turns: which is faster, which leaner, and how sure");
  add_rows(*command, own_rows, options->request);
  add_rows(*command, common_rows, options->request.common);
  command
      ->add_option("--fail-if", options->request.fail_if,
                   "Fail when this is certain, such as 'throughput<0.95'. May be repeated; metrics below")
      ->type_name("METRIC<N")
      ->allow_extra_args(false)
      ->group(how);
  command
      ->add_flag("--until-conclusive", options->request.until_conclusive,
                 "Go on until every figure has a verdict, at most --max-time")
      ->group(how_much);
  command->add_flag("--no-pin", options->no_pin, "Do not keep servers and clients on processors of their own")
      ->group(how);
  command->add_flag("--quiet", options->quiet, "No progress, one line at the end");
  command->add_flag("--json", options->json, "No progress; print run.json at the end");
  command->footer(metrics_text());
  return [options](Invocation& invocation) {
    return compare(*options, invocation);
  };
}

}  // namespace bftp::cli
