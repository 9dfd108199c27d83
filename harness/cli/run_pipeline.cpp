#include "harness/cli/run_pipeline.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/ca_file.hpp"
#include "harness/cli/client_suite.hpp"
#include "harness/cli/control_servers.hpp"
#include "harness/cli/dialect_trials.hpp"
#include "harness/cli/measurements.hpp"
#include "harness/cli/programs.hpp"
#include "harness/cli/run_cases.hpp"
#include "harness/cli/scratch_folder.hpp"
#include "harness/drive/driver.hpp"
#include "harness/drive/more_rounds.hpp"
#include "harness/drive/once_driver.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/drive/worker_job.hpp"
#include "harness/judge/check.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/measure/machine.hpp"
#include "harness/measure/stray_files.hpp"
#include "harness/plan/make_plan.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/format.hpp"
#include "protocol/dialects.hpp"

namespace bftp::cli {
namespace {

using protocol::Error;
using protocol::Result;
using record::RunState;
using namespace std::chrono_literals;

/// Of two dialects that differ in the end of the name only: what else may be wrong.
std::string unless_name_end_is_left(std::string_view told, std::string_view seen) {
  const auto closes = [](std::string_view dialect) {
    const auto* facts = protocol::find_dialect_facts(dialect);
    return facts != nullptr && facts->end == protocol::EndOfFile::close && facts->single_connection;
  };
  if (!closes(told) || !closes(seen)) return {};
  return fmt::format(
      ", or mend the server, if it is meant to speak {}: then it does not take the end of the name as that "
      "dialect has it (the NUL, the newline, or the spaces up to 40 bytes) off before it opens the file",
      told);
}

std::tm utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::gmtime(now);
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
  Result<void> obtain_fixtures();
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
  void drive_once();
  void try_client();
  void stop_session();
  void torture();
  void note_harness_use(measure::HostProbe& host, const Measurements& measurements);
  int conclude();

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
  std::int64_t epoch_ns_ = 0;
  bool serves_once_ = false;
};

Result<void> Run::obtain_fixtures() {
  fixtures::FixtureStore store(settings_.fixture_cache.empty() ? fixtures::default_cache_folder()
                                                               : settings_.fixture_cache);
  fixtures::StoreOptions options;
  options.db_csv_bytes = plan_.db_csv_bytes;
  options.book_folders = fixtures::default_book_folders(program_folder());
  options.stop = &stop_;
  options.progress = [this](std::string_view line) {
    progress_.say(std::string(line));
  };
  auto made = store.ensure(plan_.fixtures, options);
  if (!made) return made.error();
  record_.fixtures = std::move(*made);
  for (const fixtures::Fixture& fixture : record_.fixtures)
    if (fixture.stand_in)
      record_.warnings.push_back(
          {"fixture.stand_in",
           fmt::format("{} is a stand-in of the same size, since the real text could not be had; "
                       "'bftp-torture fixtures fetch' gets it",
                       fixture.name)});
  return {};
}

Result<void> Run::make_folders() {
  auto folder =
      drive::RunFolder::create(plan_.reports_folder, fmt::format("{:%Y%m%dT%H%M%SZ}", utc_now()), plan_.name);
  if (!folder) return folder.error();
  folder_ = std::move(*folder);
  if (auto written = drive::write_file(folder_->file("plan.toml"), plan::to_toml(plan_)); !written)
    return written;
  auto scratch = ScratchFolder::create();
  if (!scratch) return scratch.error();
  scratch_ = std::move(*scratch);
  std::error_code error;
  std::filesystem::create_directory(scratch_->path() + "/root", error);
  if (error) return protocol::system_error(error.value(), "cannot make the server's root");
  if (plan_.server.kind == plan::ServerKind::attached && !plan::tries_client(plan_)) return {};
  return fixtures::populate_root(record_.fixtures, scratch_->path() + "/root");
}

Result<void> Run::prepare() {
  if (auto readable = check_ca_file(plan_.server); !readable) return readable;
  record_.plan = plan_;
  record_.baseline = settings_.baseline;
  record_.version = BFTP_VERSION;
  record_.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc_now());
  record_.machine = measure::describe_machine();
  if (!protocol::find_dialect_facts(plan_.server.dialect)->has_put)
    progress_.say("the dialect " + plan_.server.dialect + " has no PUT, so files are fetched only");
  if (auto obtained = obtain_fixtures(); !obtained) return obtained;
  record_.plan.clients.arena_bytes =
      drive::arena_bytes_for(plan_, record_.fixtures, record_.machine.memory_bytes);
  return make_folders();
}

launch::LaunchOptions Run::launch_options() const {
  launch::LaunchOptions options;
  options.root = scratch_->path() + "/root";
  options.run_folder = std::filesystem::absolute(folder_->path()).string();
  options.client_scratch_folder = scratch_->path();
  return options;
}

Result<void> Run::start_session() {
  auto session = launch::launch(record_.plan, launch_options());
  if (!session) return session.error();
  session_ = std::move(*session);
  record_.arms.push_back(describe_server(plan_.server));
  if (plan_.control && plan::runs_suite(plan_, "transfer"))
    session_.companions = start_control_servers(record_, scratch_->path(), launch_options().run_folder);
  const std::string evidence = std::filesystem::absolute(folder_->file("evidence")).string();
  for (auto& worker : session_.workers) {
    auto job = drive::make_job(record_, worker->client(), evidence);
    job.external_clients = session_.external_clients;
    const auto sent = worker->send_line(protocol::encode(job), protocol::Deadline::after(10s));
    if (!sent)
      return Error{sent.error().kind,
                   fmt::format("worker {} did not take its job: {}", worker->client(), worker->last_words())};
  }
  return {};
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
  const auto nature = try_server(record_, scratch_->path() + "/root", folder, stop_);
  serves_once_ = nature.serves_once;
  if (!nature.our_trouble.empty())
    return Error{protocol::ErrorKind::system,
                 "the server cannot be asked for a file: " + nature.our_trouble + ". Nothing is judged", 0};
  if (!nature.dialect_instead) return {};
  return Error{protocol::ErrorKind::malformed,
               fmt::format("the server does not answer in the dialect {}: this answers like {}. Nothing is "
                           "judged; run again with --dialect {}{}",
                           plan_.server.dialect, *nature.dialect_instead, *nature.dialect_instead,
                           unless_name_end_is_left(plan_.server.dialect, *nature.dialect_instead)),
               0};
}

/// Of a server that serves once: the next one, on a port of its own.
Result<launch::ServerHandle*> Run::restart_server() {
  session_.server.reset();
  auto server = launch::launch_server(record_.plan.server, launch_options());
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
                            .sink = *folder_,
                            .time = time_,
                            .stop = stop_,
                            .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
                            .epoch_ns = epoch_ns_},
                           [this] { return restart_server(); });
  driver.run();
  progress_.clear();
  session_.workers.clear();
  session_.server.reset();
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
  drive::Driver driver(record_,
                       {.workers = session_.workers,
                        .arms = arms(measurements),
                        .shares = shares(),
                        .host = host.get(),
                        .take_samples = [&] { return measurements.take(); },
                        .look_for_strays =
                            [this, expected = expected_in_root()] {
                              return measure::stray_files(session_.server->root(), expected);
                            },
                        .sink = *folder_,
                        .time = time_,
                        .stop = stop_,
                        .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
                        .epoch_ns = epoch_ns_});
  if (plan::runs_suite(plan_, "transfer")) {
    driver.first_pass();
    settle_what_rounds_can(driver);
  } else {
    record_.state = RunState::complete;
  }
  if (record_.state == RunState::complete &&
      !judge::wanting_confirmation(record_, judge::judge_all(record_)).empty())
    driver.confirm();
  if (record_.state == RunState::complete) try_client();
  note_harness_use(*host, measurements);
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

void Run::note_harness_use(measure::HostProbe& host, const Measurements& measurements) {
  const int self = static_cast<int>(::getpid());
  record_.harness.orchestrator_cpu_s = host.process_cpu_s(self);
  record_.harness.orchestrator_rss_peak_mib = host.process_rss_peak_mib(self);
  record_.harness.sampler_cpu_s = measurements.sampler_cpu_s();
  for (const auto& worker : session_.workers) {
    const auto peak = host.process_rss_peak_mib(worker->pid());
    if (peak)
      record_.harness.workers_rss_peak_mib =
          std::max(record_.harness.workers_rss_peak_mib.value_or(0), *peak);
  }
}

void Run::stop_session() {
  progress_.clear();
  session_.workers.clear();
  for (const launch::ArmServer& companion : session_.companions) companion.server->stop();
  if (plan_.server.kind == plan::ServerKind::attached) return;
  const bool died = std::any_of(record_.server_ends.begin(), record_.server_ends.end(),
                                [](const auto& end) { return end.by_itself; });
  const auto ending = session_.server->stop();
  if (died) return;
  record::ServerEnd end;
  end.exit_code = ending.status.code;
  end.signal = ending.status.signal;
  end.stop_took_s = ending.took_s;
  end.killed = ending.killed;
  end.time_s = static_cast<double>(time_.monotonic_ns() - epoch_ns_) / 1e9;
  constexpr std::size_t last_lines_max = 32;
  end.last_lines = session_.server->last_lines(last_lines_max);
  record_.server_ends.push_back(std::move(end));
}

/// On a server of its own: what a case breaks must not spoil what was measured.
void Run::torture() {
  if (record_.state != RunState::complete && record_.state != RunState::server_died) return;
  run_cases(record_, {.root = scratch_->path() + "/root",
                      .run_folder = std::filesystem::absolute(folder_->path()).string(),
                      .stop = stop_,
                      .progress = {}});
}

int Run::conclude() {
  progress_.clear();
  if (const auto finished = folder_->finish(); !finished && record_.state != RunState::failed) {
    record_.state = RunState::failed;
    record_.state_text = finished.error().message;
  }
  auto verdicts = judge::judge_all(record_);
  const int code = judge::exit_code(record_, verdicts);
  const report::RunReport report{record_, std::move(verdicts), code, folder_->path()};
  int delivered = deliver(report, settings_.output, streams_);
  if (settings_.explain) streams_.out << "\n" << report::find_format("explain")->render(report) << std::flush;
  if (const auto kept = settings_.keep ? settings_.keep(report) : Result<void>(); !kept) {
    streams_.err << "bftp-torture: the history lacks this run: " << kept.error().message << "\n";
    delivered = exit_harness_failed;
  }
  if (record_.state == RunState::failed)
    streams_.err << "bftp-torture: " << report::visible(record_.state_text, report::Keep::lines) << "\n";
  return delivered;
}

int Run::run() {
  if (const auto prepared = prepare(); !prepared) {
    streams_.err << "bftp-torture: " << prepared.error().message << "\n";
    return prepared.error().kind == protocol::ErrorKind::invalid_input ? exit_usage : exit_harness_failed;
  }
  auto started = start_session();
  if (started) started = look_at_server();
  if (started) {
    serves_once_ ? drive_once() : drive();
    torture();
  } else {
    record_.state = RunState::failed;
    record_.state_text = started.error().message;
  }
  return conclude();
}

}  // namespace

int run_pipeline(const plan::Plan& plan, const RunSettings& settings, const std::atomic<bool>& stop,
                 Streams& streams) {
  return Run(plan, settings, stop, streams).run();
}

}  // namespace bftp::cli
