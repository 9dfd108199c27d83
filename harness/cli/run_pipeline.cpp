#include "harness/cli/run_pipeline.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/measurements.hpp"
#include "harness/cli/programs.hpp"
#include "harness/cli/scratch_folder.hpp"
#include "harness/drive/driver.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/judge/check.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/measure/machine.hpp"
#include "harness/measure/stray_files.hpp"
#include "harness/plan/make_plan.hpp"
#include "harness/report/escape.hpp"

namespace bftp::cli {
namespace {

using protocol::Error;
using protocol::Result;
using record::RunState;
using namespace std::chrono_literals;

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
  std::vector<std::string> fixture_names() const;
  void drive();
  void stop_session();
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
};

Result<void> Run::obtain_fixtures() {
  fixtures::FixtureStore store(settings_.fixture_cache.empty() ? fixtures::default_cache_folder()
                                                               : settings_.fixture_cache);
  fixtures::StoreOptions options;
  options.db_csv_bytes = plan_.db_csv_bytes;
  options.book_folders = fixtures::default_book_folders(program_folder());
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
  if (plan_.server.kind == plan::ServerKind::attached) return {};
  return fixtures::populate_root(record_.fixtures, scratch_->path() + "/root");
}

Result<void> Run::prepare() {
  record_.plan = plan_;
  record_.version = BFTP_VERSION;
  record_.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc_now());
  record_.machine = measure::describe_machine();
  if (auto obtained = obtain_fixtures(); !obtained) return obtained;
  record_.plan.clients.arena_bytes =
      drive::arena_bytes_for(plan_, record_.fixtures, record_.machine.memory_bytes);
  return make_folders();
}

Result<void> Run::start_session() {
  launch::LaunchOptions options;
  options.root = scratch_->path() + "/root";
  options.run_folder = std::filesystem::absolute(folder_->path()).string();
  auto session = launch::launch(record_.plan, options);
  if (!session) return session.error();
  session_ = std::move(*session);
  const std::string evidence = std::filesystem::absolute(folder_->file("evidence")).string();
  for (auto& worker : session_.workers) {
    const auto sent =
        worker->send_line(protocol::encode(drive::make_job(record_, worker->client(), evidence)),
                          protocol::Deadline::after(10s));
    if (!sent)
      return Error{sent.error().kind,
                   fmt::format("worker {} did not take its job: {}", worker->client(), worker->last_words())};
  }
  return {};
}

std::vector<std::string> Run::fixture_names() const {
  std::vector<std::string> names;
  for (const fixtures::Fixture& fixture : record_.fixtures) names.push_back(fixture.name);
  return names;
}

void Run::drive() {
  epoch_ns_ = time_.monotonic_ns();
  auto host = measure::make_host_probe();
  Measurements measurements(*session_.server, plan_.sample_rate_hz, epoch_ns_);
  record_.machine.cpu_source = measurements.cpu_source();
  drive::Driver driver(
      record_,
      {.session = session_,
       .probe = measurements.probe(),
       .host = host.get(),
       .take_samples = [&] { return measurements.take(); },
       .look_for_strays = [this] { return measure::stray_files(session_.server->root(), fixture_names()); },
       .sink = *folder_,
       .time = time_,
       .stop = stop_,
       .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
       .epoch_ns = epoch_ns_});
  driver.first_pass();
  if (record_.state == RunState::complete &&
      !judge::wanting_confirmation(record_, judge::judge_all(record_)).empty())
    driver.confirm();
  note_harness_use(*host, measurements);
  measurements.stop();
  stop_session();
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

int Run::conclude() {
  progress_.clear();
  if (const auto finished = folder_->finish(); !finished && record_.state != RunState::failed) {
    record_.state = RunState::failed;
    record_.state_text = finished.error().message;
  }
  auto verdicts = judge::judge_all(record_);
  const int code = judge::exit_code(record_, verdicts);
  const int delivered =
      deliver({record_, std::move(verdicts), code, folder_->path()}, settings_.output, streams_);
  if (record_.state == RunState::failed)
    streams_.err << "bftp-torture: " << report::visible(record_.state_text, report::Keep::lines) << "\n";
  return delivered;
}

int Run::run() {
  if (const auto prepared = prepare(); !prepared) {
    streams_.err << "bftp-torture: " << prepared.error().message << "\n";
    return prepared.error().kind == protocol::ErrorKind::invalid_input ? exit_usage : exit_harness_failed;
  }
  if (const auto started = start_session(); started) {
    drive();
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
