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

}  // namespace

OnceDriver::OnceDriver(record::RunRecord& record, DriverSeams seams, Restart restart)
    : record_(record),
      seams_(std::move(seams)),
      restart_(std::move(restart)),
      runner_(record.plan, seams_.workers, seams_.time, seams_.epoch_ns, seams_.stop),
      giving_up_(record.plan, record.fixtures),
      course_(record, {.sink = seams_.sink,
                       .time = seams_.time,
                       .stop = seams_.stop,
                       .epoch_ns = seams_.epoch_ns,
                       .must_end = seams_.must_end,
                       .so_far = [this] { return so_far(); },
                       .time_limit_s = record.plan.max_time_s}) {}

std::uint64_t OnceDriver::transfers_done() const {
  return record_.transfers.total(record::Arm::server).transfers;
}

std::string OnceDriver::so_far() const {
  return fmt::format("{} of {} transfers", transfers_done(), transfers_planned());
}

std::uint64_t OnceDriver::transfers_planned() const {
  std::uint64_t passes = 0;
  for (const auto& fixture : record_.fixtures) passes += plan::iterations_over(record_.plan, fixture.size);
  return passes * record_.plan.ops.size();
}

void OnceDriver::run() {
  course_.checkpoint();
  for (std::uint32_t iteration = 0; iteration < record_.plan.iterations && !course_.over(); ++iteration)
    for (std::uint32_t fixture = 0; fixture < record_.fixtures.size(); ++fixture)
      for (const protocol::Op op : record_.plan.ops)
        if (iteration < plan::iterations_over(record_.plan, record_.fixtures[fixture].size) &&
            !giving_up_.includes(op, fixture) && !course_.over() && !step({op, fixture, iteration}))
          return conclude();
  if (course_.running()) record_.state = RunState::complete;
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
  for (const auto& warnings :
       {giving_up_.note(batch, result, course_.now_s()), giving_up_.note_time(course_.now_s())})
    record::note(record_.warnings, warnings);
  await_end();
  course_.checkpoint_if_due();
  if (seams_.progress) {
    seams_.progress({"one server for each transfer", transfers_done(), transfers_planned(),
                     record_.transfers.failures_total(), course_.now_s()});
  }
  return course_.running();
}

bool OnceDriver::fresh_server() {
  const auto started = restart_();
  if (started) {
    arm().server = *started;
    ++starts_;
    return true;
  }
  course_.end_as(seams_.stop.load() ? RunState::interrupted : RunState::failed, started.error().message);
  return false;
}

void OnceDriver::take_in(const BatchResult& result) {
  course_.check(take_rows(result.records, record_, seams_.sink));
  record::note(record_.warnings, result.warnings);
  if (result.workers_died)
    course_.end_as(RunState::failed,
                   result.warnings.empty() ? "a worker died" : result.warnings.front().text);
  if (result.abandoned)
    seams_.stop.load() ? course_.end_as(RunState::interrupted, "interrupted while a transfer ran")
                       : course_.end_as(RunState::time_up, "the time was up while a transfer ran");
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
  course_.checkpoint();
}

}  // namespace bftp::drive
