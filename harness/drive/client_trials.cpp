#include "harness/drive/client_trials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/record/warnings.hpp"

namespace bftp::drive {
namespace {

/// A slow transfer takes so long: far more than a healthy one, far less than any client's patience.
constexpr double slow_s = 3;

void note_not_tried(record::RunRecord& record, const std::string& behaviour, const std::string& why) {
  record.client_trials.push_back({behaviour, why, {}});
}

/// The same file by the client under test and by our own, in turns; who begins changes from pair to pair, so
/// that what drifts hits both.
void compare_costs(record::RunRecord& record, std::uint32_t fixture, const TrialSeams& seams) {
  if (seams.progress) seams.progress("cost");
  auto server = seams.start_server({});
  if (!server) return note_not_tried(record, "cost", server.error().message);
  BatchRunner runner(record.plan, seams.workers, seams.time, seams.epoch_ns, seams.stop);
  for (std::uint32_t turn = 0; turn < 2 * cost_pairs && !seams.stop.load(); ++turn) {
    const std::uint32_t pair = turn / 2;
    const bool ours = (turn + pair + record.plan.seed) % 2 == 1;
    BatchTarget target{ours ? record::Arm::control : record::Arm::server,
                       (*server)->endpoint(),
                       {},
                       ours ? seams.own_client : client_under_test(record.plan)};
    const auto result =
        runner.run({protocol::Op::get, {fixture}, pair, 1}, target, record.fixtures[fixture].size);
    for (const auto& row : result.records) record.client_trials.push_back({"cost", {}, row});
    record::note(record.warnings, result.warnings);
  }
}

bool got_a_file(const record::RunRecord& record) {
  return std::ranges::any_of(record.client_trials, [](const auto& trial) {
    return trial.behaviour == "plain" && trial.not_tried.empty() && trial.transfer.ok();
  });
}

void run_trial(record::RunRecord& record, const std::string& behaviour, std::uint32_t fixture,
               const TrialSeams& seams) {
  if (seams.progress) seams.progress(behaviour);
  auto server = seams.start_server(fault_for(behaviour, record.fixtures[fixture].size));
  if (!server) return note_not_tried(record, behaviour, server.error().message);
  BatchRunner runner(record.plan, seams.workers, seams.time, seams.epoch_ns, seams.stop);
  const auto result =
      runner.run({protocol::Op::get, {fixture}, 0, 1},
                 {record::Arm::server, (*server)->endpoint(), {}, client_under_test(record.plan)},
                 record.fixtures[fixture].size);
  for (const auto& row : result.records) {
    record.client_use.add(row);
    record.client_trials.push_back({behaviour, {}, row});
  }
  record::note(record.warnings, result.warnings);
}

}  // namespace

std::string fault_for(const std::string& behaviour, std::uint64_t size) {
  if (behaviour == "plain") return {};
  if (behaviour == "slow")
    return fmt::format("trickle:kib_per_s={:.3f}", std::max(1.0, static_cast<double>(size) / 1024 / slow_s));
  std::string fault = "client_" + behaviour;
  std::ranges::replace(fault, '-', '_');
  return fault;
}

std::optional<std::uint32_t> fixture_for_trials(const std::vector<fixtures::Fixture>& fixtures) {
  constexpr std::uint64_t easy_bytes = 2u << 20;
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < fixtures.size(); ++i) {
    const auto size = fixtures[i].size;
    if (size < 2) continue;
    if (!best) {
      best = i;
      continue;
    }
    const auto best_size = fixtures[*best].size;
    const bool better = best_size > easy_bytes ? size < best_size : size <= easy_bytes && size > best_size;
    if (better) best = i;
  }
  return best;
}

std::optional<std::uint32_t> fixture_for_costs(const std::vector<fixtures::Fixture>& fixtures) {
  constexpr std::uint64_t quick_bytes = 16u << 20;
  std::optional<std::uint32_t> best;
  for (std::uint32_t i = 0; i < fixtures.size(); ++i)
    if (fixtures[i].size <= quick_bytes && (!best || fixtures[i].size > fixtures[*best].size)) best = i;
  return best;
}

void run_client_trials(record::RunRecord& record, const TrialSeams& seams) {
  const auto fixture = fixture_for_trials(record.fixtures);
  if (!plan::tries_client(record.plan)) return;
  std::vector<std::string> behaviours = record.plan.server_behaviours;
  // A client that fails always would seem to notice everything.
  behaviours.insert(behaviours.begin(), "plain");
  for (const auto& behaviour : behaviours) {
    if (seams.stop.load()) return;
    if (!fixture) {
      note_not_tried(record, behaviour, "no fixture of the run has 2 bytes");
      continue;
    }
    run_trial(record, behaviour, *fixture, seams);
  }
  const auto costs = fixture_for_costs(record.fixtures);
  if (costs && client_under_test(record.plan) && got_a_file(record)) compare_costs(record, *costs, seams);
}

}  // namespace bftp::drive
