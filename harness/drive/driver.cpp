#include "harness/drive/driver.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "harness/drive/phases/after_rounds.hpp"
#include "harness/drive/take_rows.hpp"
#include "harness/drive/unknown.hpp"
#include "harness/record/warnings.hpp"

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;
using record::QuietKind;
using record::RunState;

std::uint64_t bytes_of_pass(const std::vector<fixtures::Fixture>& fixtures,
                            const std::vector<std::uint32_t>& indices) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t index : indices) bytes += fixtures[index].size;
  return bytes;
}

void add(std::optional<double>& sum, const std::optional<double>& part) {
  if (part) sum = sum.value_or(0) + *part;
}

std::vector<ArmShare> chain_of(const DriverSeams& seams) {
  if (!seams.shares.empty()) return seams.shares;
  std::vector<ArmShare> chain;
  for (const DrivenArm& arm : seams.arms) chain.push_back({.arm = arm.arm});
  return chain;
}

std::uint64_t essential_arms(const DriverSeams& seams) {
  return static_cast<std::uint64_t>(std::count_if(seams.arms.begin(), seams.arms.end(),
                                                  [](const DrivenArm& arm) { return !arm.companion; }));
}

std::vector<int> processes_of(const DriverSeams& seams) {
  std::vector<int> ours{::getpid()};
  for (const auto& worker : seams.workers) ours.push_back(worker->pid());
  return ours;
}

std::optional<double> cpu_of(const DrivenArm& arm) {
  return arm.probe ? arm.probe->cpu_total_s() : std::nullopt;
}

std::optional<double> instructions_of(const DrivenArm& arm) {
  return arm.probe ? arm.probe->instructions_total() : std::nullopt;
}

std::chrono::nanoseconds seconds(double value) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value * ns_per_s));
}

}  // namespace

Driver::Driver(record::RunRecord& record, DriverSeams seams)
    : record_(record),
      seams_(std::move(seams)),
      schedule_(record.plan, record.fixtures),
      interleaver_(chain_of(seams_), record.plan.seed, schedule_.rounds()),
      runner_(record.plan, seams_.workers, seams_.time, seams_.epoch_ns, seams_.stop),
      giving_up_(record.plan, record.fixtures),
      pace_(record.plan.rate_per_s ? 0 : record.plan.pass_time_s),
      machine_(seams_.host, processes_of(seams_)),
      course_(record, {.sink = seams_.sink,
                       .time = seams_.time,
                       .stop = seams_.stop,
                       .epoch_ns = seams_.epoch_ns,
                       .must_end = seams_.must_end,
                       .so_far = [this] { return so_far(); },
                       .time_limit_s = record.plan.max_time_s}),
      reader_(record, seams_.arms, seams_.time, [this] { return now_s(); }),
      transfers_total_(schedule_.transfers_total() * essential_arms(seams_)) {}

double Driver::now_s() const {
  return course_.now_s();
}

std::string Driver::so_far() const {
  return fmt::format("{} of {} transfers", transfers_done_, transfers_total_);
}

const DrivenArm* Driver::find(record::Arm arm) const {
  const auto found = std::find_if(seams_.arms.begin(), seams_.arms.end(),
                                  [arm](const DrivenArm& driven) { return driven.arm == arm; });
  return found == seams_.arms.end() ? nullptr : &*found;
}

void Driver::first_pass() {
  reader_.await_rest();
  reader_.quiet_point(QuietKind::baseline, 0, false);
  course_.checkpoint();
  pass(false);
  note_slowness();
  if (!course_.over()) record_.state = RunState::complete;
}

void Driver::confirm() {
  if (record_.state != RunState::complete) return;
  record_.state = RunState::running;
  transfers_total_ += schedule_.transfers_total();
  pass(true);
  if (!course_.over()) record_.state = RunState::complete;
}

void Driver::more_rounds(std::uint32_t rounds) {
  if (record_.state != RunState::complete || rounds == 0) return;
  record_.state = RunState::running;
  transfers_total_ += schedule_.transfers_total() * essential_arms(seams_) * rounds / schedule_.rounds();
  const std::uint32_t end = rounds_done_ + rounds;
  pass_start_s_ = now_s();
  for (std::uint32_t number = rounds_done_; number < end && !course_.over() && !giving_up_.includes_all();
       ++number)
    round(number, false);
  if (!course_.over()) settle(false);
  drain_samples();
  note_server_ends();
  course_.checkpoint();
  if (record_.state == RunState::running) record_.state = RunState::complete;
}

void Driver::pass(bool confirmation) {
  pass_start_s_ = now_s();
  for (std::uint32_t number = 0; number < schedule_.rounds() && !course_.over() && !giving_up_.includes_all();
       ++number) {
    if (number > 0 && number == schedule_.rounds() / 2 && !confirmation) rest();
    const double before_s = now_s();
    round(number, confirmation);
    pace_.note(now_s() - before_s, now_s() - pass_start_s_, schedule_.rounds() - number - 1);
  }
  if (!course_.over()) settle(confirmation);
  const std::vector<DrivenArm> arms = seams_.arms;
  for (const DrivenArm& arm : arms) {
    if (arm.companion || course_.over()) continue;
    PhaseTools tools = phase_tools(arm, confirmation);
    run_phases(tools);
  }
  drain_samples();
  note_server_ends();
  course_.checkpoint();
}

/// Every figure says of how many transfers it is; this says why they are fewer than the plan has.
void Driver::note_slowness() {
  if (transfers_left_out_ == 0) return;
  record_.warnings.push_back(
      {std::string(record::slow_warning),
       fmt::format("the server is slow: {} of {} transfers were left out, so that its rounds "
                   "take some {:g} s (pass_time); give --iterations to have them all",
                   transfers_left_out_, transfers_total_ + transfers_left_out_, record_.plan.pass_time_s)});
}

void Driver::round(std::uint32_t number, bool confirmation) {
  const std::string phase = number < schedule_.rounds()
                                ? fmt::format("{}round {} of {}", confirmation ? "confirming, " : "",
                                              number + 1, schedule_.rounds())
                                : fmt::format("round {}, until it is clear", number + 1);
  report_progress(phase);
  // Fresh repeats count on from wherever the first pass came to.
  const std::uint32_t passes = (rounds_done_ + schedule_.rounds() - 1) / schedule_.rounds();
  const std::uint32_t offset = confirmation ? record_.plan.iterations * std::max(1u, passes) : 0;
  const std::uint64_t left_out = schedule_.transfers_left_out(number, pace_.share()) * essential_arms(seams_);
  transfers_total_ -= std::min(transfers_total_, left_out);
  if (!confirmation) transfers_left_out_ += left_out;
  for (const BlockPlan& plan : schedule_.blocks(number, offset, pace_.share())) {
    if (course_.over()) return;
    block(plan, confirmation);
    report_progress(phase);
  }
  reader_.await_rest();
  reader_.quiet_point(QuietKind::round, number, confirmation);
  course_.checkpoint();
  if (!confirmation) rounds_done_ = number + 1;
}

void Driver::block(const BlockPlan& plan, bool confirmation) {
  const auto& fixtures = plan.batches.front().fixtures;
  const bool large = std::any_of(fixtures.begin(), fixtures.end(), [&](std::uint32_t fixture) {
    return record_.fixtures[fixture].size >= plan::large_fixture_bytes;
  });
  for (const Turn& next : interleaver_.turns(plan, large)) {
    if (course_.over()) return;
    turn(next, confirmation);
  }
}

void Driver::turn(const Turn& turn, bool confirmation) {
  const Batch& first = turn.work.batches.front();
  record::BlockRecord block;
  block.round = turn.work.round;
  block.arm = turn.arm;
  block.op = first.op;
  block.fixtures.assign(first.fixtures.begin(), first.fixtures.end());
  block.warm_up = turn.work.round == 0 && !confirmation;
  block.confirmation = confirmation;
  if (interleaver_.chain().size() > 1) block.pair = turn.pair;
  block.start_s = now_s();
  machine_.start_block();
  for (const Batch& next : turn.work.batches)
    if (!batches(next, block)) break;
  if (block.transfers > 0) record_.blocks.push_back(std::move(block));
}

/// One batch, or each of its iterations as one where transfers go unanswered: they are looked at in between.
/// False when the rest of the turn makes no sense.
bool Driver::batches(const Batch& whole, record::BlockRecord& into) {
  const DrivenArm* arm = find(into.arm);
  const bool in_one = arm == nullptr || arm->companion || record_.plan.rate_per_s || !giving_up_.is_wary();
  Batch part = whole;
  if (!in_one) part.iterations = 1;
  for (; part.first_iteration < whole.first_iteration + whole.iterations;
       part.first_iteration += part.iterations) {
    std::erase_if(part.fixtures,
                  [&](std::uint32_t fixture) { return giving_up_.includes(part.op, fixture); });
    if (part.fixtures.empty() || course_.over() || !batch(part, into)) return false;
  }
  return true;
}

bool Driver::batch(const Batch& batch, record::BlockRecord& into) {
  const DrivenArm* taking_part = find(into.arm);
  if (taking_part == nullptr) return false;
  const DrivenArm arm = *taking_part;  // it may be dropped on the way
  const auto cpu_before = cpu_of(arm);
  const auto instructions_before = instructions_of(arm);
  machine_.start_batch();
  const double timed_before_s = into.workers_cpu_s.value_or(0);
  BatchTarget target = target_of(arm);
  target.external_client = client_under_test(record_.plan);
  const BatchResult result = runner_.run(batch, target, bytes_of_pass(record_.fixtures, batch.fixtures));
  // Of a batch that was given up the transfers are not all known, and the cost of one would be too high.
  if (!result.abandoned) {
    add(into.server_instructions, difference(instructions_of(arm), instructions_before));
    add(into.server_cpu_s, difference(cpu_of(arm), cpu_before));
  }
  take_in(result, into);
  machine_.end_batch(into.workers_cpu_s.value_or(0) - timed_before_s, into);
  note(result);
  if (!arm.companion) give_up_on_hung(batch, arm, result);
  if (arm.companion && find(arm.arm) != nullptr) judge_companion(arm, result);
  return course_.running() && find(into.arm) != nullptr;
}

/// A companion of which nothing comes any more is not tried again. Interrupted work says nothing of it.
void Driver::judge_companion(const DrivenArm& arm, const BatchResult& result) {
  if (result.workers_died || result.abandoned || result.records.empty()) return;
  const bool all_failed = std::all_of(result.records.begin(), result.records.end(), [](const auto& row) {
    return row.error != record::TransferError::none;
  });
  if (!all_failed) return;
  const auto& row = result.records.front();
  drop(arm.arm, fmt::format("every transfer of a block failed ({}{}{})", protocol::to_string(row.error),
                            row.detail.empty() ? "" : ": ", row.detail));
}

void Driver::drop(record::Arm arm, const std::string& why) {
  std::string name = record::to_string(arm);
  for (record::ArmInfo& info : record_.arms) {
    if (info.arm != arm) continue;
    info.remark = why;
    if (!info.name.empty()) name = fmt::format("{} ({})", info.name, name);
  }
  record_.warnings.push_back({"control.lost", fmt::format("the run went on without the {}: {}", name, why)});
  interleaver_.drop(arm);
  std::erase_if(seams_.arms, [arm](const DrivenArm& driven) { return driven.arm == arm; });
}

void Driver::give_up_on_hung(const Batch& batch, const DrivenArm& arm, const BatchResult& result) {
  const std::string whose =
      essential_arms(seams_) > 1 ? fmt::format(" by {}", record::to_string(arm.arm)) : std::string();
  take_warnings(giving_up_.note(batch, result, now_s(), whose));
  take_warnings(giving_up_.note_time(now_s() - pass_start_s_));
}

void Driver::take_warnings(const std::vector<record::Warning>& warnings) {
  record::note(record_.warnings, warnings);
}

void Driver::take_in(const BatchResult& result, record::BlockRecord& into) {
  double workers_cpu_ms = 0;
  course_.check(take_rows(result.records, record_, seams_.sink));
  for (const record::TransferRecord& row : result.records) {
    workers_cpu_ms += row.worker_cpu_ms;
    into.bytes += row.bytes;
  }
  into.transfers += result.records.size();
  const DrivenArm* arm = find(into.arm);
  if (arm == nullptr || !arm->companion) transfers_done_ += result.records.size();
  into.workers_cpu_s = into.workers_cpu_s.value_or(0) + workers_cpu_ms / 1000;
  if (!result.records.empty()) {
    into.busy_s += std::max(0.0, result.end_s - result.start_s);
    into.end_s = result.end_s;
  }
}

PhaseTools Driver::phase_tools(const DrivenArm& arm, bool confirmation) {
  const DrivenArm* control = find(record::Arm::control);
  return {
      .record = record_,
      .runner = runner_,
      .time = seams_.time,
      .arm = arm,
      .control = control != nullptr ? std::optional(*control) : std::nullopt,
      .confirmation = confirmation,
      .now_s = [this] { return now_s(); },
      .over = [this] { return course_.over(); },
      .wait = [this](double wait_s) { wait(wait_s); },
      .await_quiet = [this] { reader_.await_rest(); },
      .read_full = [this, arm] { return reader_.read_full(arm); },
      .read_at_rest = [this, arm] { return reader_.read_at_rest(arm); },
      .progress = [this](const std::string& phase) { report_progress(phase); },
      .note = [this](const BatchResult& result) { note(result); },
      .note_failure =
          [this](const record::TransferRecord& row) {
            record_.transfers.add(row);
            course_.check(seams_.sink.transfer(row, record_.fixtures.at(row.fixture).name));
          },
      .given_up = [this](protocol::Op op, std::uint32_t fixture) { return giving_up_.includes(op, fixture); },
      .nothing_left = giving_up_.includes_all(),
      .look_for_strays = seams_.look_for_strays};
}

/// What a batch brings beside its transfers.
void Driver::note(const BatchResult& result) {
  take_warnings(result.warnings);
  if (result.workers_died)
    course_.end_as(RunState::failed,
                   result.warnings.empty() ? "a worker died" : result.warnings.front().text);
  if (result.abandoned)
    seams_.stop.load()
        ? course_.end_as(RunState::interrupted,
                         "interrupted while a block ran; its transfers are not all recorded")
        : course_.end_as(RunState::time_up,
                         "the time was up while a block ran; its transfers are not all recorded");
  drain_samples();
  for (const DrivenArm& arm : seams_.arms)
    if (!result.records.empty() && result.records.front().arm == arm.arm)
      await_end(result.records, *arm.server, seams_.time, end_patience_);
  note_server_ends();
}

/// In slices, so that an interrupt ends it.
void Driver::wait(double wait_s) {
  const std::int64_t end_ns = seams_.time.monotonic_ns() + seconds(wait_s).count();
  for (std::int64_t left_ns; (left_ns = end_ns - seams_.time.monotonic_ns()) > 0 && !seams_.stop.load();)
    seams_.time.sleep_for(std::min<std::chrono::nanoseconds>(100ms, std::chrono::nanoseconds(left_ns)));
}

/// In the middle, so that what comes after is compared with transfers on both sides of it.
void Driver::rest() {
  if (record_.plan.rest_s <= 0) return;
  report_progress(
      fmt::format("no work for {:g} s, to see how the first transfer after it fares", record_.plan.rest_s));
  const double until_s = now_s() + record_.plan.rest_s;
  while (now_s() < until_s && !course_.over()) wait(std::min(1.0, until_s - now_s()));
}

void Driver::settle(bool confirmation) {
  report_progress("waiting for the server to come to rest");
  const double until_s = now_s() + record_.plan.settle_s;
  while (now_s() < until_s && !seams_.stop.load() && !reader_.at_rest(measure::Detail::full))
    seams_.time.sleep_for(100ms);
  reader_.quiet_point(QuietKind::settled, schedule_.rounds(), confirmation);
}

void Driver::drain_samples() {
  if (!seams_.take_samples) return;
  for (const record::ResourceSample& sample : seams_.take_samples()) course_.keep(sample);
}

void Driver::note_server_ends() {
  const std::vector<DrivenArm> arms = seams_.arms;
  for (const DrivenArm& arm : arms) note_server_end(arm);
}

void Driver::note_server_end(const DrivenArm& arm) {
  const auto status = arm.server->exited();
  const bool known = std::any_of(record_.server_ends.begin(), record_.server_ends.end(),
                                 [&](const auto& end) { return end.by_itself && end.arm == arm.arm; });
  if (!status || known) return;
  record::ServerEnd end = launch::server_end(arm.arm, *status);
  end.by_itself = true;
  end.time_s = now_s();
  end.last_lines = arm.server->last_lines(launch::last_lines_max);
  const std::string how = record::how_it_ended(end);
  record_.server_ends.push_back(std::move(end));
  if (arm.companion) return drop(arm.arm, "it " + how);
  course_.end_as(RunState::server_died,
                 fmt::format("the server {} after {} transfers", how, transfers_done_));
}

void Driver::report_progress(const std::string& phase) {
  if (!seams_.progress) return;
  seams_.progress({phase, transfers_done_, transfers_total_, record_.transfers.failures_total(), now_s()});
}

}  // namespace bftp::drive
