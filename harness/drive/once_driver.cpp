#include "harness/drive/once_driver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/drive/take_rows.hpp"
#include "harness/record/warnings.hpp"

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;
using record::RunState;

/// After its connection a server that serves once is given so long to end by itself.
constexpr auto end_patience = 2s;
constexpr auto look_again = 2ms;
constexpr double save_every_s = 5;

}  // namespace

OnceDriver::OnceDriver(record::RunRecord& record, DriverSeams seams, Restart restart)
    : record_(record),
      seams_(std::move(seams)),
      restart_(std::move(restart)),
      runner_(record.plan, seams_.workers, seams_.time, seams_.epoch_ns, seams_.stop),
      giving_up_(record.plan, record.fixtures) {}

double OnceDriver::now_s() const {
  return static_cast<double>(seams_.time.monotonic_ns() - seams_.epoch_ns) / 1e9;
}

std::uint64_t OnceDriver::transfers_planned() const {
  std::uint64_t passes = 0;
  for (const auto& fixture : record_.fixtures) passes += plan::iterations_over(record_.plan, fixture.size);
  return passes * record_.plan.ops.size();
}

void OnceDriver::run() {
  checkpoint(true);
  for (std::uint32_t iteration = 0; iteration < record_.plan.iterations && !over(); ++iteration)
    for (std::uint32_t fixture = 0; fixture < record_.fixtures.size(); ++fixture)
      for (const protocol::Op op : record_.plan.ops)
        if (iteration < plan::iterations_over(record_.plan, record_.fixtures[fixture].size) &&
            !giving_up_.includes(op, fixture) && !over() && !step({op, fixture, iteration}))
          return conclude();
  if (record_.state == RunState::running) record_.state = RunState::complete;
  conclude();
}

/// False when the run cannot go on.
bool OnceDriver::step(const Step& step) {
  if (!fresh_ && !fresh_server()) return false;
  fresh_ = false;
  Batch batch;
  batch.op = step.op;
  batch.fixtures = {step.fixture};
  batch.first_iteration = step.iteration;
  batch.iterations = 1;
  const BatchResult result = runner_.run(
      batch, {arm().arm, arm().server->endpoint(), arm().server_root, client_under_test(record_.plan)},
      record_.fixtures[step.fixture].size);
  take_in(result);
  for (const auto& warnings : {giving_up_.note(batch, result, now_s()), giving_up_.note_time(now_s())})
    record::note(record_.warnings, warnings);
  await_end();
  checkpoint(false);
  if (seams_.progress) {
    const auto done = record_.transfers.total(record::Arm::server).transfers;
    seams_.progress({"one server for each transfer", done, transfers_planned(),
                     record_.transfers.failures_total(), now_s()});
  }
  return record_.state == RunState::running;
}

bool OnceDriver::fresh_server() {
  const auto started = restart_();
  if (started) {
    arm().server = *started;
    ++starts_;
    return true;
  }
  end_as(seams_.stop.load() ? RunState::interrupted : RunState::failed, started.error().message);
  return false;
}

void OnceDriver::take_in(const BatchResult& result) {
  if (const auto written = take_rows(result.records, record_, seams_.sink); !written)
    end_as(RunState::failed, written.error().message);
  record::note(record_.warnings, result.warnings);
  if (result.workers_died)
    end_as(RunState::failed, result.warnings.empty() ? "a worker died" : result.warnings.front().text);
  if (result.abandoned)
    seams_.stop.load() ? end_as(RunState::interrupted, "interrupted while a transfer ran")
                       : end_as(RunState::time_up, "the time was up while a transfer ran");
}

void OnceDriver::await_end() {
  const std::int64_t until_ns = seams_.time.monotonic_ns() + std::chrono::nanoseconds(end_patience).count();
  while (!arm().server->exited()) {
    if (seams_.stop.load()) return;
    if (seams_.time.monotonic_ns() >= until_ns) {
      ++lingered_;
      arm().server->stop();
      return;
    }
    seams_.time.sleep_for(look_again);
  }
}

void OnceDriver::conclude() {
  std::string text = fmt::format(
      "the server serves one connection and ends: it was started {} times, once for each transfer", starts_);
  if (lingered_ > 0)
    text += fmt::format("; {} of these did not end by themselves within 2 s and were stopped", lingered_);
  record_.warnings.push_back({std::string(record::serves_once_warning), text});
  checkpoint(true);
}

void OnceDriver::checkpoint(bool now) {
  record_.duration_s = now_s();
  if (!now && now_s() < next_checkpoint_s_) return;
  next_checkpoint_s_ = now_s() + save_every_s;
  if (const auto kept = seams_.sink.checkpoint(record_); !kept)
    end_as(RunState::failed, kept.error().message);
}

bool OnceDriver::over() {
  if (record_.state == RunState::running && seams_.stop.load()) end_as(RunState::interrupted, "interrupted");
  if (record_.plan.max_time_s && now_s() > *record_.plan.max_time_s)
    end_as(RunState::time_up, fmt::format("the time limit of {} s was reached", *record_.plan.max_time_s));
  if (record_.state == RunState::running && seams_.must_end && now_s() >= next_look_s_) {
    next_look_s_ = now_s() + 1;
    if (const auto why = seams_.must_end()) end_as(RunState::time_up, *why);
  }
  return record_.state != RunState::running;
}

void OnceDriver::end_as(RunState state, const std::string& text) {
  if (record_.state != RunState::running) return;
  record_.state = state;
  record_.state_text = text;
}

}  // namespace bftp::drive
