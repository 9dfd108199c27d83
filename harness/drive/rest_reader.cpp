#include "harness/drive/rest_reader.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;

template <class T>
bool no_more_than(const std::optional<T>& now, const std::optional<T>& baseline) {
  return !now || !baseline || *now <= *baseline;
}

bool no_more_than(const record::ResourceSample& now, const record::ResourceSample& baseline) {
  return no_more_than(now.fds, baseline.fds) && no_more_than(now.threads, baseline.threads) &&
         no_more_than(now.processes, baseline.processes) && no_more_than(now.zombies, baseline.zombies) &&
         no_more_than(now.sockets_close_wait, baseline.sockets_close_wait);
}

}  // namespace

RestReader::RestReader(record::RunRecord& record, const std::vector<DrivenArm>& arms, Timekeeper& time,
                       std::function<double()> now_s)
    : record_(record), arms_(arms), time_(time), now_s_(std::move(now_s)) {}

void RestReader::await_rest() {
  if (baselines_.empty()) return time_.sleep_for(20ms);
  constexpr int looks = 20;
  for (int look = 0; look < looks; ++look) {
    time_.sleep_for(10ms);
    if (at_rest(measure::Detail::quick)) return;
  }
}

bool RestReader::at_rest(measure::Detail detail) {
  return std::all_of(arms_.begin(), arms_.end(), [&](const DrivenArm& arm) {
    const auto baseline = baselines_.find(arm.arm);
    return arm.companion || arm.probe == nullptr || baseline == baselines_.end() ||
           no_more_than(arm.probe->read(detail), baseline->second);
  });
}

void RestReader::quiet_point(record::QuietKind kind, std::uint32_t round, bool confirmation) {
  for (const DrivenArm& arm : arms_) {
    if (arm.probe == nullptr) continue;
    record::QuietPoint point;
    point.kind = kind;
    point.round = round;
    point.transfers_before = record_.transfers.taken(arm.arm);
    point.confirmation = confirmation;
    if (arm.arm == record::Arm::server && record_.server_runtime.kind == record::RuntimeKind::unknown)
      record_.server_runtime = arm.probe->runtime();
    point.sample = read_at_rest(arm);
    if (kind == record::QuietKind::baseline) baselines_[arm.arm] = point.sample;
    record_.quiet_points.push_back(point);
  }
}

record::ResourceSample RestReader::read_full(const DrivenArm& arm) {
  record::ResourceSample sample = arm.probe->read(measure::Detail::full);
  sample.time_s = now_s_();
  sample.arm = arm.arm;
  return sample;
}

record::ResourceSample RestReader::read_at_rest(const DrivenArm& arm) {
  const bool collected = collect_garbage(arm);
  record::ResourceSample sample = read_full(arm);
  if (sample.collector) sample.collector->just_ran = collected;
  return sample;
}

/// Only a server that we started is asked to collect: another one has more to do than to be tested.
bool RestReader::collect_garbage(const DrivenArm& arm) {
  return arm.arm == record::Arm::server && record_.plan.server.kind != plan::ServerKind::attached &&
         arm.probe != nullptr && arm.probe->collect_garbage();
}

}  // namespace bftp::drive
