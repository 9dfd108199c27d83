#include "record_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace bftp::judge::testing {
namespace {

using record::Arm;
using record::RunRecord;

constexpr std::uint64_t large_bytes = 16ull << 20;
constexpr std::uint64_t own_block_bytes = 256 * 1024;

double normal(RecordBuilder::Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(random)));
  return radius * std::cos(2 * std::numbers::pi * uniform(random));
}

/// The state of a run while it is made up.
class Simulation {
 public:
  explicit Simulation(const RecordBuilder& spec) : spec_(spec), random_(spec.seed) {}

  RunRecord run() {
    plan();
    quiet(record::QuietKind::baseline, 0, false);
    pass(false);
    if (spec_.confirmation) pass(true);
    record_.state = record::RunState::complete;
    record_.duration_s = now_s_;
    record::ServerEnd end;
    end.exit_code = 0;
    end.stop_took_s = 0.02;
    record_.server_ends.push_back(end);
    return std::move(record_);
  }

 private:
  void plan() {
    record_.plan.clients.count = spec_.clients;
    record_.plan.clients.lasting_connections = spec_.lasting_connections;
    record_.plan.rounds = spec_.rounds;
    record_.plan.iterations = spec_.rounds * spec_.iterations;
    record_.plan.ops = spec_.ops;
    record_.plan.command_line = "bftp-torture run --server ./server";
    record_.machine.cores = spec_.cores;
    for (const auto& [name, size] : spec_.files) {
      record_.plan.fixtures.push_back(name);
      record_.fixtures.push_back({name, size, {}, "/fixtures/" + name, "", false});
    }
  }

  void pass(bool confirmation) {
    for (std::uint32_t round = 0; round < spec_.rounds; ++round) {
      for (const record::Op op : spec_.ops) {
        for (const auto& fixtures : fixture_groups()) turn(round, op, fixtures, confirmation);
      }
      quiet(record::QuietKind::round, round, confirmation);
    }
    watch(record::WatchKind::stalled, spec_.stalled_share, confirmation);
    quiet(record::QuietKind::settled, spec_.rounds, confirmation);
    watch(record::WatchKind::idle, spec_.idle_share, confirmation);
  }

  std::vector<std::vector<std::uint16_t>> fixture_groups() const {
    std::vector<std::vector<std::uint16_t>> groups;
    std::vector<std::uint16_t> small;
    for (std::uint16_t i = 0; i < spec_.files.size(); ++i) {
      if (spec_.files[i].second >= own_block_bytes)
        groups.push_back({i});
      else
        small.push_back(i);
    }
    if (!small.empty()) groups.push_back(small);
    return groups;
  }

  /// The arms next to each other, in an order that changes.
  void turn(std::uint32_t round, record::Op op, const std::vector<std::uint16_t>& fixtures,
            bool confirmation) {
    std::vector<Arm> arms{Arm::server};
    if (spec_.control) arms = {Arm::server, Arm::control, Arm::control_b};
    if (round % 2 == 1) std::reverse(arms.begin(), arms.end());
    for (const Arm arm : arms) {
      arm_ = arm;
      block(round, op, fixtures, confirmation);
    }
    arm_ = Arm::server;
    ++pair_;
  }

  void block(std::uint32_t round, record::Op op, const std::vector<std::uint16_t>& fixtures,
             bool confirmation) {
    record::BlockRecord block;
    block.round = round;
    block.arm = arm_;
    if (spec_.control) block.pair = pair_;
    block.op = op;
    block.fixtures = fixtures;
    block.warm_up = round == 0 && !confirmation;
    block.confirmation = confirmation;
    block.start_s = now_s_;
    const bool large = spec_.files[fixtures.front()].second >= large_bytes;
    const std::uint32_t iterations = large ? spec_.large_iterations : spec_.iterations;
    std::vector<double> clock(spec_.clients);
    for (double& at : clock) at = now_s_ + 0.0002 * uniform(random_);
    std::vector<std::uint32_t> done(spec_.clients, 0);
    server_free_s_ = now_s_;
    double cpu = 0;
    const std::uint32_t each = iterations * static_cast<std::uint32_t>(fixtures.size());
    for (std::uint32_t k = 0; k < each * spec_.clients; ++k) {
      std::uint16_t next = 0;
      for (std::uint16_t c = 0; c < spec_.clients; ++c) {
        if (done[c] < each && (done[next] >= each || clock[c] < clock[next])) next = c;
      }
      const auto row = transfer(round, op, fixtures[done[next] % fixtures.size()], next,
                                done[next] / static_cast<std::uint32_t>(fixtures.size()), clock[next]);
      clock[next] = row.start_s + *row.transfer_ms / 1000 + 0.00005;
      ++done[next];
      block.bytes += row.bytes;
      ++block.transfers;
      const Ask ask{spec_.files[row.fixture].second, ordinal_ - 1, round, spec_.rounds, next, op};
      cpu +=
          (arm_ == Arm::server ? spec_.cpu_s(ask) : RecordBuilder{}.cpu_s(ask)) * spec_.machine_factor(round);
    }
    now_s_ = *std::max_element(clock.begin(), clock.end());
    finish(block, cpu);
    samples(block, large);
    now_s_ += 0.1;
  }

  void finish(record::BlockRecord& block, double cpu) {
    block.end_s = now_s_;
    block.busy_s = now_s_ - block.start_s;
    const double capacity = block.busy_s * spec_.cores;
    const double server = std::min(cpu, capacity * 0.45);
    if (spec_.cpu_known) {
      block.server_cpu_s = cpu;
      // Who waits for a core waits for somebody who has it.
      const double workers = std::max(
          server, capacity * std::min(0.9 - spec_.strangers_share, 0.42 * spec_.scheduler_noise) - cpu);
      block.workers_cpu_s = workers;
      block.machine_busy_share = std::min(1.0, (cpu + workers) / capacity + spec_.strangers_share);
      block.machine_steal_share = 0;
    }
    record_.blocks.push_back(block);
  }

  record::TransferRecord transfer(std::uint32_t round, record::Op op, std::uint16_t fixture,
                                  std::uint16_t client, std::uint32_t iteration, double start_s) {
    const bool tested = arm_ == Arm::server;
    const Ask ask{
        spec_.files[fixture].second, tested ? ordinal_++ : ordinal_, round, spec_.rounds, client, op};
    record::TransferRecord row;
    row.arm = arm_;
    row.iteration = iteration;
    row.client = client;
    row.op = op;
    row.fixture = fixture;
    row.start_s = start_s;
    const double size_ms = static_cast<double>(ask.size) / (1.2 * 1024 * 1024 * 1024) * 1000;
    const double crowding =
        spec_.serves_one_at_a_time ? 1 : std::max(1.0, static_cast<double>(spec_.clients) / spec_.cores);
    const double machine = spec_.machine_factor(round);
    const double before_ms = 0.12 * machine * crowding * std::exp(0.25 * normal(random_)) + preemption_ms();
    const double body_ms = size_ms * machine * crowding * std::exp(0.15 * normal(random_));
    const double extra = tested ? spec_.extra_ms(ask, random_) : 0;
    double wait_ms = 0;
    if (tested && spec_.serves_one_at_a_time) {
      wait_ms = std::max(0.0, server_free_s_ - start_s) * 1000;
      server_free_s_ = std::max(server_free_s_, start_s) + (before_ms + body_ms + extra) / 1000;
    }
    row.connect_ms = 0.05;
    row.first_byte_ms = wait_ms + before_ms + (spec_.extra_before_first_byte ? extra : 0);
    row.transfer_ms = wait_ms + before_ms + body_ms + extra;
    if (tested) row.error = spec_.error(ask, random_);
    row.bytes = row.error == record::TransferError::none ? ask.size : ask.size / 2;
    if (row.error == record::TransferError::none) row.identical = !(tested && spec_.corrupt(ask, random_));
    if (row.identical == false) row.first_difference = ask.size / 2;
    record_.transfers.add(row);
    return row;
  }

  /// Clients that share a core keep each other waiting now and then, for up to a time slice of each task.
  /// Those that queue at a server which serves one at a time sleep.
  double preemption_ms() {
    const double crowd =
        spec_.serves_one_at_a_time ? 1 : std::max(1.0, static_cast<double>(spec_.clients) / spec_.cores);
    if (uniform(random_) > 0.02 * spec_.scheduler_noise * crowd) return 0;
    const double tasks = 1 + 2 * crowd;
    return std::min(-1.5 * tasks * std::log(1 - uniform(random_)), 5 * tasks);
  }

  record::ResourceSample sample_at(std::uint64_t transfers) {
    record::ResourceSample sample;
    sample.time_s = now_s_;
    const auto whole = [](double value) {
      return static_cast<std::uint32_t>(value);
    };
    sample.processes = whole(spec_.processes(transfers));
    sample.threads = whole(spec_.threads(transfers));
    sample.pss_file_mib = spec_.pss_file_mib(transfers);
    sample.rss_mib = sample.pss_mib = spec_.pss_mib(transfers, random_) + *sample.pss_file_mib;
    sample.fds = whole(spec_.fds(transfers));
    sample.sockets_close_wait = whole(spec_.close_wait(transfers));
    sample.zombies = whole(spec_.zombies(transfers));
    return sample;
  }

  void samples(const record::BlockRecord& block, bool large) {
    record::ResourceSample sample = sample_at(ordinal_);
    sample.time_s = (block.start_s + block.end_s) / 2;
    if (large) sample.pss_mib = sample.rss_mib = spec_.busy_pss_mib;
    sample.arm = block.arm;
    record_.samples.push_back(sample);
  }

  void quiet(record::QuietKind kind, std::uint32_t round, bool confirmation) {
    if (!spec_.cpu_known) return;
    record_.quiet_points.push_back(
        {kind, round, record_.transfers.taken(Arm::server), confirmation, sample_at(ordinal_)});
    now_s_ += 0.05;
  }

  void watch(record::WatchKind kind, double share, bool confirmation) {
    record::Watch watch;
    watch.kind = kind;
    watch.start_s = now_s_;
    watch.end_s = now_s_ + 2;
    if (spec_.cpu_known) watch.server_cpu_s = share * 2;
    watch.confirmation = confirmation;
    record_.watches.push_back(watch);
    now_s_ += 2;
  }

  const RecordBuilder& spec_;
  RecordBuilder::Random random_;
  RunRecord record_;
  double now_s_ = 0.5;
  double server_free_s_ = 0;
  std::uint64_t ordinal_ = 0;
  Arm arm_ = Arm::server;
  std::uint32_t pair_ = 0;
};

}  // namespace

double uniform(RecordBuilder::Random& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

RunRecord RecordBuilder::build() const {
  return Simulation(*this).run();
}

const Verdict& find(const std::vector<Verdict>& verdicts, const std::string& id) {
  const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                  [&](const Verdict& verdict) { return verdict.id == id; });
  if (found == verdicts.end()) throw std::runtime_error("no verdict " + id);
  return *found;
}

std::string listed(const std::vector<Verdict>& verdicts, Status status) {
  std::string text;
  for (const Verdict& verdict : verdicts) {
    if (verdict.status == status)
      text +=
          verdict.id + ": " + verdict.summary + " [" + verdict.measured + "; " + verdict.confidence + "]\n";
  }
  return text;
}

bool any(const std::vector<Verdict>& verdicts, Status status) {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [status](const Verdict& verdict) { return verdict.status == status; });
}

}  // namespace bftp::judge::testing
