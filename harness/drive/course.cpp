#include "harness/drive/course.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "harness/record/warnings.hpp"

namespace bftp::drive {
namespace {

using record::RunState;

constexpr std::size_t samples_max = 20'000;
constexpr double checkpoint_every_s = 5;
constexpr double look_every_s = 1;

/// Every second of each arm: the arms' samples alternate, so every second of all would be one arm's alone.
void thin(std::vector<record::ResourceSample>& samples) {
  std::map<record::Arm, std::size_t> at;
  std::erase_if(samples, [&at](const auto& sample) { return at[sample.arm]++ % 2 == 1; });
}

}  // namespace

Course::Course(record::RunRecord& record, CourseSeams seams)
    : record_(record),
      seams_(std::move(seams)),
      wall_minus_monotonic_ns_(seams_.time.wall_ns() - seams_.time.monotonic_ns()) {}

double Course::now_s() const {
  return static_cast<double>(seams_.time.monotonic_ns() - seams_.epoch_ns) / ns_per_s;
}

bool Course::over() {
  if (!running()) return true;
  if (seams_.stop.load()) end_as(RunState::interrupted, fmt::format("interrupted after {}", seams_.so_far()));
  if (seams_.time_limit_s && now_s() > *seams_.time_limit_s)
    end_as(RunState::time_up,
           fmt::format("the time limit of {} s was reached after {}", *seams_.time_limit_s, seams_.so_far()));
  if (seams_.must_end && now_s() >= next_look_s_) {
    next_look_s_ = now_s() + look_every_s;
    if (const auto why = seams_.must_end())
      end_as(RunState::time_up, fmt::format("{} after {}", *why, seams_.so_far()));
  }
  note_clock();
  return !running();
}

void Course::note_clock() {
  const std::int64_t offset_ns = seams_.time.wall_ns() - seams_.time.monotonic_ns();
  const double jump_s = static_cast<double>(offset_ns - wall_minus_monotonic_ns_) / ns_per_s;
  if (std::abs(jump_s) <= 1) return;
  wall_minus_monotonic_ns_ = offset_ns;
  record::note(record_.warnings,
               record::Warning{
                   "clock.jump",
                   fmt::format("the machine's clock was set by {:.1f} s during the run; transfer times are "
                               "not touched by that, the dates in the report may be",
                               jump_s)});
}

void Course::end_as(RunState state, const std::string& text) {
  if (!running()) return;
  record_.state = state;
  record_.state_text = text;
}

void Course::check(const protocol::Result<void>& outcome) {
  if (outcome || record_.state == RunState::failed) return;
  record_.state = RunState::failed;
  record_.state_text = outcome.error().message;
}

void Course::checkpoint() {
  record_.duration_s = now_s();
  next_checkpoint_s_ = now_s() + checkpoint_every_s;
  check(seams_.sink.checkpoint(record_));
}

void Course::checkpoint_if_due() {
  record_.duration_s = now_s();
  if (now_s() >= next_checkpoint_s_) checkpoint();
}

void Course::keep(const record::ResourceSample& sample) {
  check(seams_.sink.sample(sample));
  record_.samples.push_back(sample);
  ++record_.samples_taken;
  if (record_.samples.size() > samples_max) thin(record_.samples);
}

}  // namespace bftp::drive
