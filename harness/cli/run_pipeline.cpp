#include "harness/cli/run_pipeline.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/cli/announcement_trial.hpp"
#include "harness/cli/ca_file.hpp"
#include "harness/cli/client_suite.hpp"
#include "harness/cli/conclude.hpp"
#include "harness/cli/control_servers.hpp"
#include "harness/cli/dialect_trials.hpp"
#include "harness/cli/fixture_watch.hpp"
#include "harness/cli/measurements.hpp"
#include "harness/cli/prepare.hpp"
#include "harness/cli/restart_trial.hpp"
#include "harness/cli/run_cases.hpp"
#include "harness/cli/server_leavings.hpp"
#include "harness/drive/driver.hpp"
#include "harness/drive/more_rounds.hpp"
#include "harness/drive/once_driver.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/judge/check.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/measure/stray_files.hpp"
#include "harness/plan/make_plan.hpp"
#include "harness/torture/large_file.hpp"
#include "protocol/connection.hpp"
#include "protocol/dialects.hpp"
#include "protocol/files.hpp"

namespace bftp::cli {
namespace {

using protocol::Error;
using protocol::Result;
using record::RunState;

/// Whether its command says where to listen, so that it can be told the same again.
bool takes_port(const plan::ServerSpec& server) {
  return std::ranges::any_of(server.argv_template,
                             [](const auto& word) { return word.find("{port}") != std::string::npos; });
}

/// One run from its first file to its last word. The members are made in the order in which the stages need
/// them.
class Run {
 public:
  Run(const plan::Plan& plan, const RunSettings& settings, const std::atomic<bool>& stop, Streams& streams)
      : plan_(plan),
        settings_(settings),
        stop_(stop),
        streams_(streams),
        progress_(streams, settings.output != OutputKind::summary) {}

  int run();

 private:
  Result<void> prepare();
  Result<void> make_folders();
  Result<void> start_session();
  std::vector<MeasuredServer> servers() const;
  std::vector<drive::DrivenArm> arms(const Measurements& measurements) const;
  std::vector<drive::ArmShare> shares() const;
  std::vector<std::string> expected_in_root() const;
  void drive();
  void settle_what_rounds_can(drive::Driver& driver);
  Result<void> look_at_server();
  Result<launch::ServerHandle*> restart_server();
  launch::LaunchOptions launch_options() const;
  std::string temporary_folder() const { return scratch_->path() + "/tmp"; }
  void drive_once();
  void try_client();
  std::optional<protocol::Connection> connect_in_silence();
  std::optional<record::Announcement> hear_announcement(bool died);
  void stop_session();
  void show_case(std::string_view id);
  void torture();
  void note_workers_use(measure::HostProbe& host);

  /// Since the first transfer could begin.
  double seconds_so_far() { return static_cast<double>(time_.monotonic_ns() - epoch_ns_) / 1e9; }

  const plan::Plan& plan_;
  const RunSettings& settings_;
  const std::atomic<bool>& stop_;
  Streams& streams_;
  ProgressLine progress_;
  drive::SystemTimekeeper time_;
  record::RunRecord record_;
  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<drive::RunFolder> folder_;
  launch::Session session_;
  std::optional<FixtureWatch> control_files_, served_files_;
  std::int64_t epoch_ns_ = 0;
  bool serves_once_ = false;
};

Result<void> Run::make_folders() {
  const bool serves_ours = plan_.server.kind != plan::ServerKind::attached || plan::tries_client(plan_);
  auto folders = cli::make_folders(plan_, record_, stop_, serves_ours);
  if (!folders) return folders.error();
  folder_ = std::move(folders->kept);
  scratch_ = std::move(folders->scratch);
  if (auto written = protocol::write_whole(folder_->file("plan.toml"), plan::to_toml(plan_)); !written)
    return written;
  return folder_->checkpoint(record_);  // who is killed while the server starts leaves a run, too
}

Result<void> Run::prepare() {
  if (auto readable = check_ca_file(plan_.server); !readable) return readable;
  if (const auto others = cases_of_other_dialects(plan_); !others.empty())
    return Error{protocol::ErrorKind::invalid_input,
                 fmt::format("--only: {} cannot be tried in the dialect {}; 'bftp-torture list cases' names "
                             "the dialects of each",
                             fmt::join(others, ", "), plan_.server.dialect)};
  if (!plan::runs_transfers(plan_) && !plan::tries_client(plan_) && !has_cases(plan_))
    return Error{protocol::ErrorKind::invalid_input,
                 "there are no cases of these suites in the dialect " + plan_.server.dialect +
                     ", so nothing would be tried; add transfer to --suite"};
  record_ = begin_record(plan_);
  record_.baseline = settings_.baseline;
  if (!protocol::find_dialect_facts(plan_.server.dialect)->has_put)
    progress_.say("the dialect " + plan_.server.dialect + " has no PUT, so files are fetched only");
  // Cases lay files of their own into a root that is ours.
  const bool moves_files = plan::runs_transfers(plan_) || plan::tries_client(plan_) ||
                           plan_.server.kind == plan::ServerKind::attached;
  if (!moves_files) return make_folders();
  if (auto obtained = obtain_fixtures(settings_.fixture_cache, stop_, progress_, record_); !obtained)
    return obtained;
  return make_folders();
}

launch::LaunchOptions Run::launch_options() const {
  launch::LaunchOptions options;
  options.root = scratch_->path() + "/root";
  options.run_folder = std::filesystem::absolute(folder_->path()).string();
  options.client_scratch_folder = scratch_->path();
  options.temporary_folder = temporary_folder();
  options.hurry = &stop_;
  return options;
}

Result<void> Run::start_session() {
  auto session = launch::launch(record_.plan, launch_options());
  if (!session) return session.error();
  session_ = std::move(*session);
  if (const auto doubt = launch::doubt_about_pid(plan_.server))
    record_.warnings.push_back({"server.pid", *doubt});
  record_.arms.push_back(describe_server(plan_.server));
  if (plan_.control && plan::runs_transfers(plan_))
    session_.companions =
        start_control_servers(record_, scratch_->path(), launch_options().run_folder, stop_);
  std::vector<std::string> roots;
  roots.reserve(session_.companions.size());
  for (const launch::ArmServer& companion : session_.companions) roots.push_back(companion.server->root());
  control_files_.emplace(record_, roots);
  if (plan_.server.kind != plan::ServerKind::attached)
    served_files_.emplace(record_, std::vector{scratch_->path() + "/root"});
  return hand_out_jobs(session_.workers, record_, *folder_, session_.external_clients);
}

/// The server under test and its companions, in the order in which they are compared.
std::vector<MeasuredServer> Run::servers() const {
  std::vector<MeasuredServer> all{{record::Arm::server, session_.server.get()}};
  for (const launch::ArmServer& companion : session_.companions)
    all.push_back({companion.arm, companion.server.get()});
  return all;
}

std::vector<drive::DrivenArm> Run::arms(const Measurements& measurements) const {
  std::vector<drive::DrivenArm> all{{.arm = record::Arm::server,
                                     .server = session_.server.get(),
                                     .probe = measurements.probe(record::Arm::server),
                                     .server_root = drive::verifiable_root(plan_.server, *session_.server)}};
  for (const launch::ArmServer& companion : session_.companions)
    all.push_back({.arm = companion.arm,
                   .server = companion.server.get(),
                   .probe = measurements.probe(companion.arm),
                   .server_root = companion.server->root(),
                   .dialect = companion.dialect,
                   .companion = true});
  return all;
}

std::vector<drive::ArmShare> Run::shares() const {
  std::vector<drive::ArmShare> all{{.arm = record::Arm::server}};
  for (const launch::ArmServer& companion : session_.companions)
    all.push_back(companion.arm == record::Arm::control ? drive::control_share() : drive::control_b_share());
  return all;
}

/// --until-conclusive: as many rounds as the judge asks for, as long as there is time for them and for the
/// repeats that a failure wants.
void Run::settle_what_rounds_can(drive::Driver& driver) {
  if (!plan_.until_conclusive) return;
  const double first_pass_s = record_.duration_s;
  const std::uint32_t planned = driver.rounds_done();
  while (record_.state == RunState::complete) {
    const std::uint32_t wanted = judge::rounds_wanted(judge::judge_all(record_));
    const std::uint32_t rounds = drive::rounds_affordable(
        wanted, {planned, driver.rounds_done(), first_pass_s, record_.duration_s, plan_.max_time_s});
    if (rounds == 0) return;
    progress_.say(fmt::format("{} more rounds, since they may settle what is inconclusive", rounds));
    driver.more_rounds(rounds);
  }
}

/// A server of another dialect would fail every transfer, each after a whole deadline, and teach nothing; one
/// that serves a single connection would fail all but its first.
Result<void> Run::look_at_server() {
  const std::string folder = scratch_->path() + "/trial";
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (error) return protocol::system_error(error.value(), "cannot make " + folder);
  const auto nature = try_server({.server = record_.plan.server,
                                  .fixtures = record_.fixtures,
                                  .root = scratch_->path() + "/root",
                                  .folder = folder,
                                  .patience_s = record_.plan.clients.transfer_deadline_s},
                                 stop_);
  serves_once_ = nature.serves_once;
  return can_be_judged(nature, plan_.server, "the server", "run again with");
}

/// Of a server that serves once: the next one, on a port of its own.
Result<launch::ServerHandle*> Run::restart_server() {
  if (session_.server) note_printed(*session_.server, record_);
  session_.server.reset();
  auto options = launch_options();
  options.appends_output = true;
  auto server = launch::launch_server(record_.plan.server, options);
  if (!server) return server.error();
  session_.server = std::move(*server);
  return session_.server.get();
}

void Run::drive_once() {
  epoch_ns_ = time_.monotonic_ns();
  session_.companions.clear();
  session_.workers.resize(1);
  record_.plan.clients.count = 1;
  // What was put can only be looked at in our root: the server that took it is gone.
  if (drive::verifiable_root(plan_.server, *session_.server).empty())
    std::erase(record_.plan.ops, protocol::Op::put);
  progress_.say("the server serves one connection and ends, so it is started anew for each transfer");
  drive::OnceDriver driver(record_,
                           {.workers = session_.workers,
                            .arms = {{.server = session_.server.get(),
                                      .server_root = drive::verifiable_root(plan_.server, *session_.server)}},
                            .shares = {},
                            .take_samples = {},
                            .must_end =
                                [this] {
                                  return session_.server
                                             ? outgrown(temporary_folder(), session_.server->root(), record_)
                                             : std::nullopt;
                                },
                            .sink = *folder_,
                            .time = time_,
                            .stop = stop_,
                            .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
                            .epoch_ns = epoch_ns_},
                           [this] { return restart_server(); });
  if (plan::runs_transfers(plan_))
    driver.run();
  else
    record_.state = RunState::complete;
  if (record_.state == RunState::complete) try_client();
  progress_.clear();
  session_.workers.clear();
  if (served_files_) served_files_->note_served_changes(record_);
  if (session_.server) note_printed(*session_.server, record_);
  session_.server.reset();
  take_temporary_files(temporary_folder(), record_);
}

/// Fixtures, and folders that the server made for itself when it started.
std::vector<std::string> Run::expected_in_root() const {
  std::vector<std::string> names = measure::folders_in(session_.server->root());
  for (const fixtures::Fixture& fixture : record_.fixtures) names.push_back(fixture.name);
  return names;
}

void Run::drive() {
  epoch_ns_ = time_.monotonic_ns();
  auto host = measure::make_host_probe();
  Measurements measurements(servers(), plan_.sample_rate_hz, epoch_ns_);
  record_.machine.cpu_source = measurements.cpu_source();
  drive::Driver driver(
      record_, {.workers = session_.workers,
                .arms = arms(measurements),
                .shares = shares(),
                .host = host.get(),
                .take_samples = [&] { return measurements.take(); },
                .look_for_strays =
                    [this, expected = expected_in_root()] {
                      return measure::stray_files(session_.server->root(), expected);
                    },
                .must_end = [this] { return outgrown(temporary_folder(), session_.server->root(), record_); },
                .sink = *folder_,
                .time = time_,
                .stop = stop_,
                .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
                .epoch_ns = epoch_ns_});
  if (plan::runs_transfers(plan_)) {
    driver.first_pass();
    settle_what_rounds_can(driver);
  } else {
    record_.state = RunState::complete;
  }
  if (record_.state == RunState::complete &&
      !judge::wanting_confirmation(record_, judge::judge_all(record_)).empty())
    driver.confirm();
  if (record_.state == RunState::complete) try_client();
  record_.machine.cpu_source = measurements.cpu_source();  // as it ended: somebody may have left his cgroup
  note_harness_use(*host, measurements.sampler_cpu_s(), record_);
  note_workers_use(*host);
  measurements.stop();
  stop_session();
}

/// On servers of its own, after everything that is measured.
void Run::try_client() {
  if (!plan::tries_client(plan_)) return;
  const std::string logs = scratch_->path() + "/misbehaving";
  std::error_code ignored;
  std::filesystem::create_directory(logs, ignored);
  run_client_suite(
      record_, session_, time_,
      {.root = scratch_->path() + "/root",
       .log_folder = logs,
       .stop = stop_,
       .progress = [this](const std::string& behaviour) { progress_.say("client suite: " + behaviour); },
       .epoch_ns = epoch_ns_});
  if (stop_.load()) {
    record_.state = RunState::interrupted;
    record_.state_text = "interrupted while the client was tried";
  }
}

void Run::note_workers_use(measure::HostProbe& host) {
  for (const auto& worker : session_.workers) {
    const auto peak = host.process_rss_peak_mib(worker->pid());
    if (peak)
      record_.harness.workers_rss_peak_mib =
          std::max(record_.harness.workers_rss_peak_mib.value_or(0), *peak);
  }
}

/// Clause 6.3 makes no exception for clients that are still there. Nothing where the server serves nobody.
std::optional<protocol::Connection> Run::connect_in_silence() {
  using namespace std::chrono_literals;
  if (plan_.server.dialect != plan::ServerSpec{}.dialect || serves_once_ || stop_.load()) return std::nullopt;
  auto connection = protocol::connect_to(session_.server->endpoint(), protocol::Deadline::after(1s));
  if (!connection) return std::nullopt;
  time_.sleep_for(100ms);  // so that the server has met it
  return std::move(*connection);
}

/// Clause 6.4, of bftp alone. Nothing of a server that has died or whose end is hurried.
std::optional<record::Announcement> Run::hear_announcement(bool died) {
  if (plan_.server.dialect != plan::ServerSpec{}.dialect || died || stop_.load()) return std::nullopt;
  return heard_from(*session_.server, session_.server->endpoint().port);
}

void Run::stop_session() {
  progress_.clear();
  session_.workers.clear();
  if (control_files_) control_files_->note_control_changes(record_);
  if (served_files_) served_files_->note_served_changes(record_);
  for (const launch::ArmServer& companion : session_.companions) companion.server->stop();
  if (plan_.server.kind == plan::ServerKind::attached) return;
  const bool died = std::any_of(record_.server_ends.begin(), record_.server_ends.end(), [](const auto& end) {
    return end.by_itself && end.arm == record::Arm::server;
  });
  auto heard = hear_announcement(died);
  auto silent = died ? std::nullopt : connect_in_silence();
  const double asked_s = seconds_so_far();
  const protocol::Endpoint endpoint = session_.server->endpoint();
  const bool daemonised = session_.server->daemonised();
  const auto ending = session_.server->stop();
  const double ended_s = seconds_so_far();
  if (heard) {
    note_end(*session_.server, *heard);
    record_.announcements.push_back(std::move(*heard));
  }
  note_printed(*session_.server, record_);
  take_temporary_files(temporary_folder(), record_);
  // One that was not given its time has not failed to end.
  if (died || (ending.killed && stop_.load())) return;
  record::ServerEnd end = launch::server_end(record::Arm::server, ending.status);
  end.by_itself = ending.by_itself;
  if (!ending.by_itself) end.asked_s = asked_s;
  end.stop_took_s = ending.took_s;
  end.killed = ending.killed;
  end.left = static_cast<std::uint32_t>(ending.left);
  end.client_held = silent.has_value();
  end.time_s = ended_s;
  end.last_lines = session_.server->last_lines(launch::last_lines_max);
  record_.server_ends.push_back(std::move(end));
  // In the other dialects the transfers of the run have left connections in TIME_WAIT, if the server closes.
  const bool was_in_use = silent || plan_.server.dialect != plan::ServerSpec{}.dialect;
  // What keeps our files from being written keeps a server from being started, too.
  if (record_.state != RunState::failed && was_in_use && !died && !serves_once_ && !ending.killed &&
      !ending.by_itself && !daemonised && !stop_.load() && takes_port(plan_.server)) {
    silent.reset();  // what is left of it at the port is in TIME_WAIT now
    record_.restart = try_restart(plan_.server, launch_options(), endpoint);
    if (heard && record_.restart->listened) {
      constexpr double patience_at_least_s = 5;
      record_.announcements.push_back(try_any_port(plan_.server, launch_options(),
                                                   patience_at_least_s + 3 * record_.restart->took_s,
                                                   heard->first_line.has_value()));
    }
  }
}

void Run::show_case(std::string_view id) {
  const auto total = record_.transfers.total(record::Arm::server);
  progress_.show({.phase = fmt::format("case {}", id),
                  .transfers_done = total.transfers,
                  .transfers_total = total.transfers,
                  .failures = total.errors,
                  .elapsed_s = seconds_so_far()});
}

/// On a server of its own: what a case breaks must not spoil what was measured.
void Run::torture() {
  if (record_.state == RunState::time_up)
    return leave_out_cases(record_, "the run had ended before: " + record_.state_text);
  if (record_.state != RunState::complete && record_.state != RunState::server_died) return;
  run_cases(record_, {.root = scratch_->path() + "/root",
                      .run_folder = std::filesystem::absolute(folder_->path()).string(),
                      .temporary_folder = temporary_folder(),
                      .stop = stop_,
                      .progress = [this](std::string_view id) { show_case(id); },
                      .time_left_s = plan_.max_time_s ? std::optional(*plan_.max_time_s - seconds_so_far())
                                                      : std::nullopt,
                      .must_end =
                          [this] {
                            return outgrown(temporary_folder(), scratch_->path() + "/root", record_,
                                            "the server", torture::large_bytes_placed)
                                .value_or("");
                          }});
  if (stop_.load() && record_.state == RunState::complete) {
    record_.state = RunState::interrupted;
    record_.state_text = "interrupted while the cases were tried";
  }
  const bool left_out = !record_.cases.empty() && record_.cases.back().result == record::CaseResult::unknown;
  if (left_out && record_.state == RunState::complete && plan_.max_time_s &&
      seconds_so_far() > *plan_.max_time_s) {
    record_.state = RunState::time_up;
    record_.state_text =
        fmt::format("the time limit of {} s was reached while the cases were tried", *plan_.max_time_s);
  }
}

int Run::run() {
  if (const auto prepared = prepare(); !prepared) return turn_down(prepared.error(), streams_);
  auto started = start_session();
  if (started) started = look_at_server();
  if (started) {
    serves_once_ ? drive_once() : drive();
    torture();
  } else {
    record_.state = stop_.load() ? RunState::interrupted : RunState::failed;
    record_.state_text = started.error().message;
  }
  progress_.clear();
  return conclude(record_, *folder_, settings_, streams_);
}

}  // namespace

int run_pipeline(const plan::Plan& plan, const RunSettings& settings, const std::atomic<bool>& stop,
                 Streams& streams) {
  return Run(plan, settings, stop, streams).run();
}

}  // namespace bftp::cli
