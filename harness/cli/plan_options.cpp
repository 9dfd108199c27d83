#include "harness/cli/plan_options.hpp"

#include <array>

namespace bftp::cli {
namespace {

using plan::PlanRequest;

struct OptionRow {
  const char* name;
  std::optional<std::string> PlanRequest::*field;
  const char* value_name;
  const char* about;
  const char* group;
};

constexpr const char* what = "What is tested";
constexpr const char* how_much = "How much";
constexpr const char* how = "How";
constexpr const char* waits = "Waits";

constexpr std::array rows{
    OptionRow{"--server", &PlanRequest::server, "CMD",
              "Command that starts the server under test, with {host} {port} {root}; run without a shell. "
              "None: the reference server",
              what},
    OptionRow{"--attach", &PlanRequest::attach, "HOST:PORT", "Test a server that is already running", what},
    OptionRow{"--pid", &PlanRequest::pid, "PID", "With --attach: the process whose resources are measured",
              what},
    OptionRow{"--model", &PlanRequest::model, "MODEL",
              "Concurrency model of the reference server: iterative, fork, thread, pool or epoll", what},
    OptionRow{"--dialect", &PlanRequest::dialect, "DIALECT", "What the server speaks; see 'list dialects'",
              what},
    OptionRow{"--user", &PlanRequest::user, "NAME", "Who logs in, where the dialect has a login (ftp)", what},
    OptionRow{"--password", &PlanRequest::password, "WORD", "Of the user; the report keeps it", what},
    OptionRow{"--ca-file", &PlanRequest::ca_file, "FILE",
              "Whose certificates to trust (PEM), where the dialect is encrypted (https). None: the system's "
              "authorities",
              what},
    OptionRow{"--client", &PlanRequest::client, "CMD",
              "External client under test: a command with {host} {port} {remote} {local}, and {op} if it can "
              "PUT, run for each transfer without a shell. None: the built-in worker",
              what},
    OptionRow{"--server-behaviour", &PlanRequest::server_behaviours, "B,...",
              "Try the client on a reference server that misbehaves: short, long, wrong-size, reset, refuse, "
              "split-header, slow or stalled; '--suite client' tries all",
              what},
    OptionRow{"--worker", &PlanRequest::worker, "CMD",
              "How to start a worker, in place of the built-in bftp-worker", how},
    OptionRow{"--profile", &PlanRequest::profile, "PROFILE",
              "smoke (20 iterations), standard (100) or torture (1000)", how_much},
    OptionRow{"--plan", &PlanRequest::plan_file, "FILE", "Plan file (TOML); options given beside it win",
              how_much},
    OptionRow{"--suite", &PlanRequest::suites, "S,...",
              "Suites to run: transfer, conformance, hostile, concurrency, client, or all", how_much},
    OptionRow{"--only", &PlanRequest::only, "CASE,...",
              "Only these torture cases and nothing else, whatever --suite says; see 'list cases'", how_much},
    OptionRow{
        "--phases", &PlanRequest::phases, "P,...",
        "What is looked at once the rounds are over, all of it by default: none, or some of 'list phases'; "
        "what is left out takes no time, and its checks are skipped",
        how_much},
    OptionRow{"--iterations", &PlanRequest::iterations, "N", "Times that each client transfers each fixture",
              how_much},
    OptionRow{"--large-iterations", &PlanRequest::large_iterations, "N",
              "The same for fixtures of 16 MiB and more", how_much},
    OptionRow{"--clients", &PlanRequest::clients, "N", "Client processes at once", how_much},
    OptionRow{"--fixtures", &PlanRequest::fixtures, "F,...",
              "Files to transfer, or sets of them; see 'fixtures list'", how_much},
    OptionRow{"--db-size", &PlanRequest::db_csv_size, "SIZE", "Size of db.csv, 1KiB to 8GiB", how_much},
    OptionRow{"--max-time", &PlanRequest::max_time, "TIME", "End the run in order after so long, e.g. 10m",
              how_much},
    OptionRow{"--ops", &PlanRequest::ops, "get,put", "Which way files go", how},
    OptionRow{"--rate", &PlanRequest::rate, "N",
              "Open loop: N transfers a second over all clients, timed from the intended start", how},
    OptionRow{"--verify", &PlanRequest::verify, "HOW",
              "sha256 (between the blocks), bytes (as they arrive) or none (no verdict on identity)", how},
    OptionRow{"--lasting-connections", &PlanRequest::lasting_connections, "BOOL",
              "true: one connection for all transfers of a client, else one for each", how},
    OptionRow{"--control", &PlanRequest::control, "BOOL",
              "false: without the reference server beside the server under test; same as --no-control", how},
    OptionRow{"--rounds", &PlanRequest::rounds, "N",
              "Parts of a run; the server is measured at rest after each", how},
    OptionRow{"--seed", &PlanRequest::seed, "N", "Seed of everything random; every report names it", how},
    OptionRow{"--sample-rate", &PlanRequest::sample_rate, "HZ", "Resource samples a second", how},
    OptionRow{"--arena", &PlanRequest::arena, "SIZE",
              "Memory of each client for copies that wait to be hashed", how},
    OptionRow{"--name", &PlanRequest::name, "NAME", "Part of the report folder's name", how},
    OptionRow{"--out", &PlanRequest::reports_folder, "DIR", "Where reports are written", how},
    OptionRow{"--ready-timeout", &PlanRequest::ready_timeout, "TIME", "For the server to listen", waits},
    OptionRow{"--stop-timeout", &PlanRequest::stop_timeout, "TIME", "For the server to end after SIGTERM",
              waits},
    OptionRow{"--transfer-deadline", &PlanRequest::transfer_deadline, "TIME", "For one transfer", waits},
    OptionRow{"--rest", &PlanRequest::rest, "TIME",
              "Rest half way through the rounds, to look at the transfer after it; 0: not", waits},
    OptionRow{"--idle", &PlanRequest::idle, "TIME", "Watch the server's CPU without any client", waits},
    OptionRow{"--stall", &PlanRequest::stall, "TIME",
              "Watch the server's CPU while clients do not read; 0s: leave out", waits},
    OptionRow{"--settle", &PlanRequest::settle, "TIME", "At most so long for handles to return at the end",
              waits},
};

}  // namespace

void add_line_options(CLI::App& app, PlanRequest& request) {
  app.add_option("--limit", request.limits, "Move a check's limit; see 'list checks'. May be repeated")
      ->type_name("CHECK.NAME=N")
      ->allow_extra_args(false)
      ->group(how);
  app.add_option("--waive", request.waivers,
                 "A check or case whose failure is known: it warns and does not decide the exit code. May be "
                 "repeated")
      ->type_name("ID=REASON")
      ->allow_extra_args(false)
      ->group(how);
}

void add_plan_options(CLI::App& app, PlanRequest& request) {
  for (const OptionRow& row : rows)
    app.add_option(row.name, request.*row.field, row.about)
        ->type_name(row.value_name)
        ->group(row.group)
        ->take_last();
  app.add_flag_callback(
         "--no-control", [&request] { request.control = "false"; },
         "Absolute limits only: do not run the reference server beside it")
      ->group(how);
  app.add_flag_callback(
         "--until-conclusive", [&request] { request.until_conclusive = "true"; },
         "Run more rounds while a check says that they would settle it, within --max-time (none given: as "
         "long again as the run, three times at most)")
      ->group(how_much);
  add_line_options(app, request);
}

}  // namespace bftp::cli
