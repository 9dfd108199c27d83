#include <atomic>
#include <filesystem>
#include <memory>
#include <ostream>
#include <sstream>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/programs.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/cli/scratch_folder.hpp"
#include "harness/doctor/linux_system.hpp"
#include "harness/doctor/probe.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/judge/neighbours.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/processes.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/plan/make_plan.hpp"

namespace bftp::cli {
namespace {

std::optional<std::string> missing_helper() {
  for (const char* name : {"bftpd", "bftp-worker", "bftp-guard"})
    if (const auto found = launch::find_helper(name); !found) return found.error().message;
  return std::nullopt;
}

std::vector<std::string> lacking_fixtures() {
  const auto lacking = fixtures::FixtureStore(fixtures::default_cache_folder()).lacking({"default"});
  return lacking ? *lacking : std::vector<std::string>{};
}

/// From the guard itself, which makes cgroups for every server.
std::optional<doctor::Cgroups> cgroups() {
  launch::GuardSettings settings;
  const auto path = launch::find_helper("bftp-guard");
  if (!path) return std::nullopt;
  settings.guard_path = *path;
  settings.name = "doctor";
  const auto processes = launch::start_guard(settings);
  if (!processes) return std::nullopt;
  const launch::ProcessTree tree = (*processes)->tree();
  return doctor::Cgroups{!tree.cgroup_v2.empty(), !tree.cgroup_v1_cpuacct.empty()};
}

/// One small file, many short blocks, nothing else: the reference server against itself.
plan::PlanRequest noise_request(const std::string& reports) {
  plan::PlanRequest request;
  request.profile = "smoke";
  request.fixtures = "every_byte.bin";
  request.ops = "get";
  request.clients = "1";
  request.iterations = "1500";
  request.rounds = "30";
  request.rest = "0s";
  request.idle = "100ms";
  request.stall = "0s";
  request.settle = "100ms";
  request.seed = "1";
  request.reports_folder = reports;
  return request;
}

std::optional<doctor::NoiseFloor> noise_floor() {
  const auto scratch = ScratchFolder::create();
  if (!scratch) return std::nullopt;
  plan::PlanContext context;
  context.reference_command =
      plan::quote_command({sibling_program("bftpd")}) + " --host {host} --port {port} --root {root}";
  const auto plan = plan::make_plan(noise_request((*scratch)->path()), context);
  if (!plan) return std::nullopt;
  std::ostringstream out, err;
  Streams quiet{out, err};
  RunSettings settings;
  settings.output = OutputKind::quiet;
  const std::atomic<bool> stop = false;
  if (run_pipeline(*plan, settings, stop, quiet) == exit_harness_failed) return std::nullopt;
  const auto record = drive::read_run((*scratch)->path() + "/latest");
  if (!record) return std::nullopt;
  const auto noise = judge::neighbour_noise(*record);
  if (!noise) return std::nullopt;
  return doctor::NoiseFloor{noise->difference_share, static_cast<double>(noise->pairs)};
}

int examine(bool json, const std::string& reports, Streams& streams) {
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  const auto system = doctor::make_linux_system({error ? "/tmp" : temporary.string(), reports,
                                                 fixtures::default_cache_folder(), &missing_helper,
                                                 &lacking_fixtures, &cgroups, &noise_floor});
  const auto findings = doctor::examine(*system);
  streams.out << (json ? doctor::json_of(findings) : doctor::text_of(findings));
  return doctor::exit_code(findings);
}

}  // namespace

Action add_doctor_command(CLI::App& app) {
  auto json = std::make_shared<bool>(false);
  auto reports = std::make_shared<std::string>("reports");
  CLI::App* command = app.add_subcommand(
      "doctor", "Look at this machine: which checks can be judged, which say less, and what to do about it");
  command->add_flag("--json", *json, "Print for programs");
  command->add_option("--out", *reports, "Where reports would be written")
      ->type_name("DIR")
      ->capture_default_str();
  command->footer(
      "Exit codes:\n  0   all checks can be judged\n  2   some say less than they could\n"
      "  3   no run can be made\n");
  return [json, reports](Invocation& invocation) {
    return examine(*json, *reports, invocation.streams);
  };
}

}  // namespace bftp::cli
