#include "harness/cli/compare_pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "harness/cli/ca_file.hpp"
#include "harness/cli/conclude.hpp"
#include "harness/cli/dialect_trials.hpp"
#include "harness/cli/prepare.hpp"
#include "harness/cli/processors.hpp"
#include "harness/cli/server_leavings.hpp"
#include "harness/drive/paired_driver.hpp"
#include "harness/drive/recognise.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/judge/comparison/comparison.hpp"
#include "harness/judge/comparison/gates.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/measure/make_probe.hpp"
#include "harness/measure/sampler.hpp"
#include "harness/plan/command_template.hpp"

namespace bftp::cli {
namespace {

using protocol::Error;
using protocol::Result;
using record::Arm;
using record::RunState;

/// Samples the two servers of a round; what is left when they go is kept until it is asked for.
class RoundSampler {
 public:
  RoundSampler(double rate_hz, std::int64_t epoch_ns) {
    settings_.pacing.rate_hz = rate_hz;
    settings_.epoch = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(epoch_ns));
  }

  void watch(measure::Probe* base, measure::Probe* head) {
    if (sampler_) {
      sampler_->stop();
      const auto last = sampler_->take();
      left_.insert(left_.end(), last.begin(), last.end());
      cpu_s_ += sampler_->cpu_s();
      sampler_.reset();
    }
    std::vector<measure::SampledArm> arms;
    if (base != nullptr) arms.push_back({base, Arm::base});
    if (head != nullptr) arms.push_back({head, Arm::head});
    if (!arms.empty()) sampler_ = std::make_unique<measure::Sampler>(std::move(arms), settings_);
  }

  std::vector<record::ResourceSample> take() {
    std::vector<record::ResourceSample> samples = std::move(left_);
    left_.clear();
    if (!sampler_) return samples;
    const auto fresh = sampler_->take();
    samples.insert(samples.end(), fresh.begin(), fresh.end());
    return samples;
  }

  double cpu_s() const { return cpu_s_; }

 private:
  measure::SamplerSettings settings_;
  std::unique_ptr<measure::Sampler> sampler_;
  std::vector<record::ResourceSample> left_;
  double cpu_s_ = 0;
};

/// One comparison from its first file to its last word. The members are made in the order in which the stages
/// need them.
class Compare {
 public:
  Compare(const plan::ComparePlan& plan, const RunSettings& settings, const std::atomic<bool>& stop,
          Streams& streams)
      : plan_(plan),
        settings_(settings),
        stop_(stop),
        streams_(streams),
        progress_(streams, settings.output != OutputKind::summary) {}

  int run();

 private:
  Result<void> prepare();
  void describe();
  Result<void> start_crews();
  Result<std::vector<std::unique_ptr<launch::WorkerChannel>>> start_crew(std::uint32_t clients);
  void note_silence(Arm arm, double silent_s);
  Result<void> look_at(Arm arm);
  Result<void> look_at_both();
  std::string temporary_folder(Arm arm) const;
  launch::LaunchOptions options_for(Arm arm) const;
  std::optional<std::string> must_end();
  void drive();

  const plan::ComparePlan& plan_;
  const RunSettings& settings_;
  const std::atomic<bool>& stop_;
  Streams& streams_;
  ProgressLine progress_;
  drive::SystemTimekeeper time_;
  record::RunRecord record_;
  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<drive::RunFolder> folder_;
  std::vector<std::vector<std::unique_ptr<launch::WorkerChannel>>> crews_;
  std::int64_t epoch_ns_ = 0;
};

/// The record of a comparison before its first transfer.
void Compare::describe() {
  record_ = begin_record(plan_.common);
  record::Comparison comparison;
  comparison.base = plan_.base;
  comparison.client_counts = plan_.client_counts;
  for (const plan::Gate& gate : plan_.gates) comparison.gates.push_back(gate.text);
  comparison.smallest_effect = plan_.smallest_effect;
  comparison.max_time_s = *plan_.common.max_time_s;
  comparison.until_conclusive = plan_.until_conclusive;
  if (plan_.pin) {
    const ProcessorSplit split = split_processors(usable_processors());
    comparison.server_cpus = split.servers;
    comparison.worker_cpus = split.clients;
  }
  // The driver ends in order between two rounds. This bound is for a block that hangs, and for so much work
  // that two rounds of it do not fit.
  record_.plan.max_time_s = drive::latest_end_s(comparison.max_time_s);
  record_.comparison = std::move(comparison);
}

Result<void> Compare::prepare() {
  if (auto readable = check_ca_file(plan_.common.server); !readable) return readable;
  describe();
  if (auto obtained = obtain_fixtures(settings_.fixture_cache, stop_, progress_, record_); !obtained)
    return obtained;
  auto folders = make_folders(plan_.common, record_, stop_);
  if (!folders) return folders.error();
  folder_ = std::move(folders->kept);
  scratch_ = std::move(folders->scratch);
  return {};
}

std::string Compare::temporary_folder(Arm arm) const {
  return scratch_->path() + "/tmp-" + record::to_string(arm);
}

std::optional<std::string> Compare::must_end() {
  for (const Arm arm : {Arm::base, Arm::head})
    if (auto why =
            outgrown(temporary_folder(arm), {}, record_, fmt::format("the {}", record::to_string(arm))))
      return why;
  // Nothing tells which of them filled the folder that both serve.
  return outgrown(temporary_folder(Arm::base), scratch_->path() + "/root", record_, "one of the two servers");
}

/// Both servers serve one root: were the files two copies, their pages would lie at different places in
/// memory for the whole comparison.
launch::LaunchOptions Compare::options_for(Arm arm) const {
  launch::LaunchOptions options;
  options.root = scratch_->path() + "/root";
  options.run_folder = std::filesystem::absolute(folder_->path()).string();
  options.temporary_folder = temporary_folder(arm);
  options.arm = arm;
  options.hurry = &stop_;
  options.server_cpus = record_.comparison->server_cpus;
  options.worker_cpus = record_.comparison->worker_cpus;
  return options;
}

Result<std::vector<std::unique_ptr<launch::WorkerChannel>>> Compare::start_crew(std::uint32_t clients) {
  std::vector<std::string> argv;
  if (plan_.common.clients.worker_command.empty()) {
    auto found = launch::find_helper("bftp-worker");
    if (!found) return found.error();
    argv = {*found};
  } else {
    auto split = plan::split_command(plan_.common.clients.worker_command);
    if (!split) return split.error();
    argv = std::move(*split);
  }
  auto crew = launch::launch_workers(clients, argv, options_for(Arm::base));
  if (!crew) return crew.error();
  record::RunRecord work;  // what a job tells of the run
  work.plan = record_.plan;
  work.plan.clients.count = clients;
  work.machine = record_.machine;
  work.fixtures = record_.fixtures;
  if (auto handed = hand_out_jobs(*crew, work, *folder_); !handed) return handed.error();
  return crew;
}

Result<void> Compare::start_crews() {
  for (const std::uint32_t clients : plan_.client_counts) {
    auto crew = start_crew(clients);
    if (!crew) return crew.error();
    crews_.push_back(std::move(*crew));
  }
  return {};
}

/// What a healthy server takes to start and to answer says nothing.
void Compare::note_silence(Arm arm, double silent_s) {
  constexpr double long_silence_s = 0.5;
  const auto* fixture = drive::fixture_for_trial(record_.fixtures);
  if (silent_s < long_silence_s || fixture == nullptr) return;
  record_.comparison->unanswered = {arm, 1, record::Op::get,
                                    static_cast<std::uint16_t>(fixture - record_.fixtures.data()), silent_s};
}

/// A server of another dialect would fail every transfer, and the first of them after a whole deadline.
Result<void> Compare::look_at(Arm arm) {
  const std::string name = record::to_string(arm);
  const std::string folder = scratch_->path() + "/trial-" + name;
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (error) return protocol::system_error(error.value(), "cannot make " + folder);
  const plan::ServerSpec& server = arm == Arm::base ? plan_.base : plan_.common.server;
  // One that hangs is tried in every dialect: a short comparison must not become a long one by that.
  const double patience_s = std::clamp(record_.comparison->max_time_s / 30, 0.5, 3.0);
  const auto nature =
      try_server({.server = server,
                  .fixtures = record_.fixtures,
                  .root = scratch_->path() + "/root",
                  .folder = folder,
                  .patience_s = std::min(patience_s, plan_.common.clients.transfer_deadline_s)},
                 stop_);
  if (stop_.load()) {
    note_silence(arm, nature.silent_s);
    return Error{protocol::ErrorKind::interrupted,
                 fmt::format("interrupted while the {} was asked for a first file", name), 0};
  }
  return can_be_judged(nature, server, "the " + name, "compare again with",
                       ", which both servers have to speak");
}

Result<void> Compare::look_at_both() {
  for (const Arm arm : {Arm::base, Arm::head})
    if (auto judgeable = look_at(arm); !judgeable) return judgeable;
  return {};
}

void Compare::drive() {
  epoch_ns_ = time_.monotonic_ns();
  auto host = measure::make_host_probe();
  RoundSampler sampler(plan_.common.sample_rate_hz, epoch_ns_);
  drive::PairedDriver driver(
      record_, {.start_server =
                    [this](Arm arm) {
                      return launch::launch_server(arm == Arm::base ? plan_.base : plan_.common.server,
                                                   options_for(arm));
                    },
                .make_probe =
                    [this](const launch::ServerHandle& server) {
                      auto probe = measure::make_probe(server);
                      record_.machine.cpu_source = probe ? probe->cpu_source() : "none: no process is known";
                      return probe;
                    },
                .watch = [&](measure::Probe* base, measure::Probe* head) { sampler.watch(base, head); },
                .take_samples = [&] { return sampler.take(); },
                .host = host.get(),
                .must_end = [this] { return must_end(); },
                .crews = crews_,
                .sink = *folder_,
                .time = time_,
                .stop = stop_,
                .progress = [this](const drive::Progress& progress) { progress_.show(progress); },
                .conclusive =
                    [](const record::RunRecord& record) {
                      return judge::conclusive(judge::compare(record)) && judge::gates_decided(record);
                    },
                .epoch_ns = epoch_ns_});
  driver.run();
  note_harness_use(*host, sampler.cpu_s(), record_);
  progress_.clear();
  crews_.clear();
}

int Compare::run() {
  if (const auto prepared = prepare(); !prepared) return turn_down(prepared.error(), streams_);
  auto started = start_crews();
  if (started) started = look_at_both();
  if (started) {
    drive();
  } else {
    record_.state = stop_.load() ? RunState::interrupted : RunState::failed;
    record_.state_text = started.error().message;
  }
  progress_.clear();
  return conclude(record_, *folder_, settings_, streams_);
}

}  // namespace

int compare_pipeline(const plan::ComparePlan& plan, const RunSettings& settings,
                     const std::atomic<bool>& stop, Streams& streams) {
  return Compare(plan, settings, stop, streams).run();
}

}  // namespace bftp::cli
