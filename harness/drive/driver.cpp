#include "harness/drive/driver.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "harness/drive/phases/crowding.hpp"
#include "harness/drive/phases/impolite_clients.hpp"

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;
using record::QuietKind;
using record::RunState;
using record::WatchKind;

constexpr double ns_per_s = 1e9;
constexpr std::size_t samples_max = 20'000;
constexpr std::size_t last_lines_max = 32;

std::uint64_t bytes_of_pass(const std::vector<fixtures::Fixture>& fixtures,
                            const std::vector<std::uint32_t>& indices) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t index : indices) bytes += fixtures[index].size;
  return bytes;
}

template <class T>
std::optional<T> difference(const std::optional<T>& after, const std::optional<T>& before) {
  if (!after || !before) return std::nullopt;
  return *after - *before;
}

void add(std::optional<double>& sum, const std::optional<double>& part) {
  if (part) sum = sum.value_or(0) + *part;
}

template <class T>
bool at_rest(const std::optional<T>& now, const std::optional<T>& baseline) {
  return !now || !baseline || *now <= *baseline;
}

bool at_rest(const record::ResourceSample& now, const record::ResourceSample& baseline) {
  return at_rest(now.fds, baseline.fds) && at_rest(now.threads, baseline.threads) &&
         at_rest(now.processes, baseline.processes) && at_rest(now.zombies, baseline.zombies) &&
         at_rest(now.sockets_close_wait, baseline.sockets_close_wait);
}

std::chrono::nanoseconds seconds(double value) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value * ns_per_s));
}

}  // namespace

Driver::Driver(record::RunRecord& record, DriverSeams seams)
    : record_(record),
      seams_(std::move(seams)),
      schedule_(record.plan, record.fixtures),
      runner_(record.plan, seams_.session.workers, seams_.time, seams_.epoch_ns, seams_.stop),
      transfers_total_(schedule_.transfers_total()),
      wall_minus_monotonic_ns_(seams_.time.wall_ns() - seams_.time.monotonic_ns()) {}

double Driver::now_s() const {
  return static_cast<double>(seams_.time.monotonic_ns() - seams_.epoch_ns) / ns_per_s;
}

BatchTarget Driver::target() const {
  // A server that was not told our root serves another folder: what was put there can be seen through it
  // alone.
  const plan::ServerSpec& server = record_.plan.server;
  const bool serves_root =
      server.kind == plan::ServerKind::reference ||
      std::any_of(server.argv_template.begin(), server.argv_template.end(),
                  [](const std::string& word) { return word.find("{root}") != std::string::npos; });
  return {record::Arm::server, seams_.session.server->endpoint(),
          serves_root ? seams_.session.server->root() : std::string{}};
}

void Driver::first_pass() {
  await_quiet();
  quiet_point(QuietKind::baseline, 0, false);
  checkpoint();
  pass(false);
  if (record_.state == RunState::running) record_.state = RunState::complete;
}

void Driver::confirm() {
  if (record_.state != RunState::complete) return;
  record_.state = RunState::running;
  transfers_total_ += schedule_.transfers_total();
  pass(true);
  if (record_.state == RunState::running) record_.state = RunState::complete;
}

void Driver::pass(bool confirmation) {
  for (std::uint32_t number = 0; number < schedule_.rounds() && !over(); ++number)
    round(number, confirmation);
  // What is judged at rest comes first; then the clients become less polite from phase to phase.
  if (!over()) settle(confirmation);
  if (!over()) watch_idle(confirmation);
  PhaseTools tools = phase_tools(confirmation);
  for (const auto phase : {compare_crowds, watch_half_open, exercise_refusals})
    if (!over()) phase(tools);
  if (!over()) watch_stalled(confirmation);
  if (!over()) exercise_aborts(tools);
  if (!over()) look_for_strays(confirmation);
  drain_samples();
  note_server_end();
  checkpoint();
}

void Driver::round(std::uint32_t number, bool confirmation) {
  report_progress(
      fmt::format("{}round {} of {}", confirmation ? "confirming, " : "", number + 1, schedule_.rounds()));
  const std::uint32_t offset = confirmation ? record_.plan.iterations : 0;
  for (const BlockPlan& plan : schedule_.blocks(number, offset)) {
    if (over()) return;
    block(plan, confirmation);
    report_progress(
        fmt::format("{}round {} of {}", confirmation ? "confirming, " : "", number + 1, schedule_.rounds()));
  }
  await_quiet();
  quiet_point(QuietKind::round, number, confirmation);
  checkpoint();
}

void Driver::block(const BlockPlan& plan, bool confirmation) {
  const Batch& first = plan.batches.front();
  record::BlockRecord block;
  block.round = plan.round;
  block.op = first.op;
  block.fixtures.assign(first.fixtures.begin(), first.fixtures.end());
  block.warm_up = plan.round == 0 && !confirmation;
  block.confirmation = confirmation;
  block.start_s = now_s();
  block_machine_ = {};
  for (Batch next : plan.batches) {
    std::erase_if(next.fixtures, [&](std::uint32_t fixture) {
      return given_up_.contains({next.op, fixture});
    });
    if (next.fixtures.empty() || over() || !batch(next, block)) break;
  }
  if (block.transfers > 0) record_.blocks.push_back(std::move(block));
}

/// What the machine's cores did so far, and how much of it was ours outside the timed windows.
Driver::MachineUse Driver::machine_use() {
  MachineUse use;
  if (seams_.host == nullptr) return use;
  use.machine = seams_.host->machine_cpu();
  use.harness_s = seams_.host->process_cpu_s(static_cast<int>(::getpid())).value_or(0);
  for (const auto& worker : seams_.session.workers)
    use.harness_s += seams_.host->process_cpu_s(worker->pid()).value_or(0);
  return use;
}

/// Adds one batch's share of the machine. Hashing between batches is ours and disturbs no transfer, so it is
/// left out: what remains is the server, the timed windows, and strangers.
void Driver::add_machine_use(const MachineUse& before, double workers_timed_s, record::BlockRecord& into) {
  const MachineUse after = machine_use();
  if (!before.machine || !after.machine || after.machine->total_s <= before.machine->total_s) return;
  const double total_s = after.machine->total_s - before.machine->total_s;
  const double idle_s = after.machine->idle_s - before.machine->idle_s;
  const double hashing_s = std::max(0.0, after.harness_s - before.harness_s - workers_timed_s);
  block_machine_.total_s += std::max(1e-9, total_s - hashing_s);
  block_machine_.idle_s += idle_s;
  block_machine_.steal_s += after.machine->steal_s - before.machine->steal_s;
  into.machine_steal_share = block_machine_.steal_s / block_machine_.total_s;
  into.machine_busy_share = std::clamp(1 - block_machine_.idle_s / block_machine_.total_s, 0.0, 1.0);
}

/// False when the rest of the block makes no sense.
bool Driver::batch(const Batch& batch, record::BlockRecord& into) {
  const auto cpu_before = seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt;
  const MachineUse machine_before = machine_use();
  const double timed_before_s = into.workers_cpu_s.value_or(0);
  const BatchResult result = runner_.run(batch, target(), bytes_of_pass(record_.fixtures, batch.fixtures));
  add(into.server_cpu_s, difference(seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt, cpu_before));
  take_in(result, into);
  add_machine_use(machine_before, into.workers_cpu_s.value_or(0) - timed_before_s, into);
  drain_samples();
  note_server_end();
  give_up_on_hung(batch, result);
  return record_.state == RunState::running;
}

/// A fixture whose every transfer of a batch went unanswered is not tried again: each try would cost a whole
/// deadline.
void Driver::give_up_on_hung(const Batch& batch, const BatchResult& result) {
  for (const std::uint32_t fixture : batch.fixtures) {
    std::size_t tried = 0;
    std::size_t hung = 0;
    for (const auto& row : result.records) {
      if (row.fixture != fixture || row.error == record::TransferError::worker_died) continue;
      ++tried;
      hung +=
          row.error == record::TransferError::deadline || row.error == record::TransferError::connect_failed
              ? 1
              : 0;
    }
    if (tried == 0 || hung < tried || !given_up_.insert({batch.op, fixture}).second) continue;
    record_.warnings.push_back(
        {"drive.gave_up",
         fmt::format(
             "every one of {} transfers ({} of {}) ended without an answer, so no more of these were tried",
             tried, protocol::to_string(batch.op), record_.fixtures[fixture].name)});
  }
}

void Driver::take_in(const BatchResult& result, record::BlockRecord& into) {
  double workers_cpu_ms = 0;
  for (const record::TransferRecord& row : result.records) {
    record_.transfers.add(row);
    check_sink(seams_.sink.transfer(row, record_.fixtures.at(row.fixture).name));
    workers_cpu_ms += row.worker_cpu_ms;
    into.bytes += row.bytes;
  }
  into.transfers += result.records.size();
  transfers_done_ += result.records.size();
  into.workers_cpu_s = into.workers_cpu_s.value_or(0) + workers_cpu_ms / 1000;
  if (!result.records.empty()) {
    into.busy_s += std::max(0.0, result.end_s - result.start_s);
    into.end_s = result.end_s;
  }
  record_.warnings.insert(record_.warnings.end(), result.warnings.begin(), result.warnings.end());
  if (result.workers_died)
    end_as(RunState::failed, result.warnings.empty() ? "a worker died" : result.warnings.front().text);
  if (result.abandoned)
    end_as(RunState::interrupted, "interrupted while a block ran; its transfers are not all recorded");
}

PhaseTools Driver::phase_tools(bool confirmation) {
  return {.record = record_,
          .runner = runner_,
          .time = seams_.time,
          .probe = seams_.probe,
          .target = target(),
          .confirmation = confirmation,
          .now_s = [this] { return now_s(); },
          .over = [this] { return over(); },
          .wait = [this](double wait_s) { wait(wait_s); },
          .await_quiet = [this] { await_quiet(); },
          .read_full = [this] { return read_full(); },
          .progress = [this](const std::string& phase) { report_progress(phase); },
          .note =
              [this](const BatchResult& result) {
                record_.warnings.insert(record_.warnings.end(), result.warnings.begin(),
                                        result.warnings.end());
                if (result.workers_died)
                  end_as(RunState::failed,
                         result.warnings.empty() ? "a worker died" : result.warnings.front().text);
                drain_samples();
                note_server_end();
              },
          .note_failure =
              [this](const record::TransferRecord& row) {
                record_.transfers.add(row);
                check_sink(seams_.sink.transfer(row, record_.fixtures.at(row.fixture).name));
              }};
}

/// A server may clear up when it has seen that its clients are gone: it is given time to.
void Driver::look_for_strays(bool confirmation) {
  if (!seams_.look_for_strays || target().server_root.empty()) return;
  report_progress("looking into the server's root");
  const double until_s = now_s() + record_.plan.settle_s;
  record::StrayFiles found = seams_.look_for_strays();
  while (found.count > 0 && now_s() < until_s && !seams_.stop.load()) {
    seams_.time.sleep_for(100ms);
    found = seams_.look_for_strays();
  }
  found.confirmation = confirmation;
  record_.stray_files.push_back(std::move(found));
}

void Driver::watch_stalled(bool confirmation) {
  if (record_.plan.stall_s <= 0) return;
  report_progress("clients that stop reading");
  const auto largest = std::max_element(record_.fixtures.begin(), record_.fixtures.end(),
                                        [](const auto& a, const auto& b) { return a.size < b.size; });
  record::Watch watch{.kind = WatchKind::stalled, .confirmation = confirmation};
  // The first part of the hold goes into filling the socket buffers; the last belongs to the closing.
  const double hold_s = record_.plan.stall_s + 0.6;
  const auto result =
      runner_.stall(static_cast<std::uint32_t>(largest - record_.fixtures.begin()), hold_s, target(), [&] {
        seams_.time.sleep_for(400ms);
        watch.start_s = now_s();
        const auto before = seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt;
        wait(record_.plan.stall_s);
        watch.server_cpu_s = difference(seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt, before);
        watch.end_s = now_s();
      });
  for (const auto& row : result.records)
    if (row.error != record::TransferError::none && watch.remark.empty())
      watch.remark = fmt::format("{}: {}", protocol::to_string(row.error), row.detail);
  record_.watches.push_back(std::move(watch));
  record_.warnings.insert(record_.warnings.end(), result.warnings.begin(), result.warnings.end());
  if (result.workers_died) end_as(RunState::failed, result.warnings.front().text);
  note_server_end();
}

void Driver::watch_idle(bool confirmation) {
  if (record_.plan.idle_s <= 0) return;
  report_progress("no client connected");
  record::Watch watch{.kind = WatchKind::idle, .confirmation = confirmation};
  watch.start_s = now_s();
  const auto before = seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt;
  wait(record_.plan.idle_s);
  watch.server_cpu_s = difference(seams_.probe ? seams_.probe->cpu_total_s() : std::nullopt, before);
  watch.end_s = now_s();
  record_.watches.push_back(std::move(watch));
}

/// In slices, so that an interrupt ends it.
void Driver::wait(double wait_s) {
  const std::int64_t end_ns = seams_.time.monotonic_ns() + seconds(wait_s).count();
  for (std::int64_t left_ns; (left_ns = end_ns - seams_.time.monotonic_ns()) > 0 && !seams_.stop.load();)
    seams_.time.sleep_for(std::min<std::chrono::nanoseconds>(100ms, std::chrono::nanoseconds(left_ns)));
}

void Driver::settle(bool confirmation) {
  report_progress("waiting for the server to come to rest");
  if (seams_.probe && !record_.quiet_points.empty()) {
    const record::ResourceSample& baseline = record_.quiet_points.front().sample;
    const double until_s = now_s() + record_.plan.settle_s;
    while (now_s() < until_s && !seams_.stop.load() && !at_rest(read_full(), baseline))
      seams_.time.sleep_for(100ms);
  }
  quiet_point(QuietKind::settled, schedule_.rounds(), confirmation);
}

void Driver::quiet_point(QuietKind kind, std::uint32_t round, bool confirmation) {
  if (seams_.probe == nullptr) return;
  record::QuietPoint point;
  point.kind = kind;
  point.round = round;
  point.transfers_before = record_.transfers.total(record::Arm::server).transfers;
  point.confirmation = confirmation;
  point.sample = read_full();
  record_.quiet_points.push_back(point);
}

/// Workers have closed their connections when the last record is in; the server needs a moment to see it.
void Driver::await_quiet() {
  if (seams_.probe == nullptr || record_.quiet_points.empty()) return seams_.time.sleep_for(20ms);
  const record::ResourceSample& baseline = record_.quiet_points.front().sample;
  constexpr int looks = 20;
  for (int look = 0; look < looks; ++look) {
    seams_.time.sleep_for(10ms);
    if (at_rest(seams_.probe->read(measure::Detail::quick), baseline)) return;
  }
}

record::ResourceSample Driver::read_full() {
  record::ResourceSample sample = seams_.probe->read(measure::Detail::full);
  sample.time_s = now_s();
  sample.arm = record::Arm::server;
  return sample;
}

void Driver::drain_samples() {
  if (!seams_.take_samples) return;
  for (const record::ResourceSample& sample : seams_.take_samples()) {
    check_sink(seams_.sink.sample(sample));
    record_.samples.push_back(sample);
  }
  if (record_.samples.size() <= samples_max) return;
  std::size_t at = 0;
  std::erase_if(record_.samples, [&at](const auto&) { return at++ % 2 == 1; });
}

void Driver::checkpoint() {
  record_.duration_s = now_s();
  check_sink(seams_.sink.checkpoint(record_));
}

void Driver::note_server_end() {
  const auto status = seams_.session.server->exited();
  const bool known = std::any_of(record_.server_ends.begin(), record_.server_ends.end(),
                                 [](const auto& end) { return end.by_itself; });
  if (!status || known) return;
  record::ServerEnd end;
  end.by_itself = true;
  end.exit_code = status->code;
  end.signal = status->signal;
  end.time_s = now_s();
  end.last_lines = seams_.session.server->last_lines(last_lines_max);
  const std::string how = end.signal ? fmt::format("was ended by signal {}", *end.signal)
                                     : fmt::format("exited with status {}", end.exit_code.value_or(-1));
  end_as(RunState::server_died, fmt::format("the server {} after {} transfers", how, transfers_done_));
  record_.server_ends.push_back(std::move(end));
}

void Driver::report_progress(const std::string& phase) {
  if (!seams_.progress) return;
  seams_.progress({phase, transfers_done_, transfers_total_, record_.transfers.failures_total(), now_s()});
}

bool Driver::over() {
  if (record_.state != RunState::running) return true;
  if (seams_.stop.load())
    end_as(RunState::interrupted,
           fmt::format("interrupted after {} of {} transfers", transfers_done_, transfers_total_));
  if (record_.plan.max_time_s && now_s() > *record_.plan.max_time_s)
    end_as(RunState::time_up, fmt::format("the time limit of {} s was reached after {} of {} transfers",
                                          *record_.plan.max_time_s, transfers_done_, transfers_total_));
  const std::int64_t offset_ns = seams_.time.wall_ns() - seams_.time.monotonic_ns();
  if (std::abs(static_cast<double>(offset_ns - wall_minus_monotonic_ns_)) > ns_per_s) {
    record_.warnings.push_back(
        {"clock.jump",
         fmt::format("the machine's clock was set by {:.1f} s during the run; transfer times are "
                     "not touched by that, the dates in the report may be",
                     static_cast<double>(offset_ns - wall_minus_monotonic_ns_) / ns_per_s)});
    wall_minus_monotonic_ns_ = offset_ns;
  }
  return record_.state != RunState::running;
}

void Driver::end_as(RunState state, const std::string& text) {
  if (record_.state != RunState::running) return;
  record_.state = state;
  record_.state_text = text;
}

void Driver::check_sink(const protocol::Result<void>& outcome) {
  if (outcome || record_.state == RunState::failed) return;
  record_.state = RunState::failed;
  record_.state_text = outcome.error().message;
}

protocol::WorkerJob make_job(const record::RunRecord& record, std::uint32_t client,
                             const std::string& evidence_folder) {
  const plan::ClientSpec& clients = record.plan.clients;
  protocol::WorkerJob job;
  job.client = client;
  job.dialect = record.plan.server.dialect;
  job.verify = clients.verify;
  job.lasting_connection = clients.lasting_connections;
  job.arena_bytes = clients.arena_bytes;
  job.hash_threads = std::max(1u, record.machine.cores / std::max(1u, clients.count));
  job.transfer_deadline_s = clients.transfer_deadline_s;
  job.evidence_folder = evidence_folder;
  for (const fixtures::Fixture& fixture : record.fixtures)
    job.fixtures.push_back({fixture.name, fixture.size, fixture.sha256, fixture.path});
  return job;
}

std::uint64_t arena_bytes_for(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures,
                              std::uint64_t memory_bytes) {
  constexpr std::uint64_t largest_whole = 72u << 20;
  constexpr std::uint64_t smallest = 1u << 20;
  std::uint64_t bytes = plan.clients.arena_bytes;
  for (const fixtures::Fixture& fixture : fixtures)
    if (fixture.size <= largest_whole) bytes = std::max(bytes, fixture.size);
  if (memory_bytes == 0) return bytes;
  return std::max(smallest, std::min(bytes, memory_bytes / 4 / plan.clients.count));
}

}  // namespace bftp::drive
