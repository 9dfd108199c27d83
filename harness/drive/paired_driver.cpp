#include "harness/drive/paired_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "harness/drive/arms.hpp"
#include "harness/drive/take_rows.hpp"
#include "harness/drive/unknown.hpp"
#include "harness/record/warnings.hpp"

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;
using record::Arm;
using record::RunState;

constexpr std::size_t pairs_max = 50'000;
/// Before the first round: a kind of work is repeated until its blocks are so long that their time is known.
constexpr double learning_s = 0.04;
/// An idle server that uses more of a core than this while the other is measured weakens the comparison.
constexpr double disturbance_share = 0.05;

std::optional<double> cpu_of(const std::unique_ptr<measure::Probe>& probe) {
  return probe ? probe->cpu_total_s() : std::nullopt;
}

}  // namespace

double latest_end_s(double max_time_s) {
  return max_time_s * 1.5 + 5;
}

PairedDriver::PairedDriver(record::RunRecord& record, PairedSeams seams)
    : record_(record),
      comparison_(*record.comparison),
      seams_(std::move(seams)),
      course_(record, {.sink = seams_.sink,
                       .time = seams_.time,
                       .stop = seams_.stop,
                       .epoch_ns = seams_.epoch_ns,
                       .must_end = seams_.must_end,
                       .so_far =
                           [this] {
                             return fmt::format("{} pairs of blocks", comparison_.pairs.size());
                           }}),
      works_(paired_work(record.plan, comparison_.client_counts, record.fixtures.size())),
      next_iteration_(works_.size(), {0, 0}) {
  servers_[0].arm = Arm::base;
  servers_[1].arm = Arm::head;
  for (auto& crew : seams_.crews)
    runners_.push_back(
        std::make_unique<BatchRunner>(record.plan, crew, seams_.time, seams_.epoch_ns, seams_.stop));
}

double PairedDriver::now_s() const {
  return course_.now_s();
}

BatchTarget PairedDriver::target(const Server& server) const {
  const plan::ServerSpec& spec = server.arm == Arm::base ? comparison_.base : record_.plan.server;
  return {server.arm, server.handle->endpoint(), verifiable_root(spec, *server.handle)};
}

void PairedDriver::run() {
  learn_costs();
  for (std::uint32_t done = 0; !over() && time_for_another(done);) {
    const double before_s = now_s();
    round(++done);
    longest_round_s_ = std::max(longest_round_s_, now_s() - before_s);
    if (over() || answered(done)) break;
  }
  note_disturbance();
  for (Server& server : servers_)
    if (server.end) record_.server_ends.push_back(std::move(*server.end));
  if (course_.running()) record_.state = RunState::complete;
  course_.checkpoint();
}

/// Both servers, freshly started; the order is that of the round's first pair.
bool PairedDriver::start_both(std::uint32_t round) {
  const double before_s = now_s();
  const std::size_t first = base_goes_first(record_.plan.seed, round, 0) ? 0 : 1;
  for (const std::size_t index : {first, 1 - first}) {
    Server& server = servers_[index];
    const double asked_s = now_s();
    auto started = seams_.start_server(server.arm);
    if (!started) {
      course_.end_as(seams_.stop.load() ? RunState::interrupted : RunState::failed,
                     fmt::format("the {} could not be started: {}", record::to_string(server.arm),
                                 started.error().message));
      return false;
    }
    server.ready_s = now_s() - asked_s;
    server.handle = std::move(*started);
    server.probe = seams_.make_probe(*server.handle);
    server.peak_mib = 0;
    server.served = 0;
  }
  if (seams_.watch) seams_.watch(servers_[0].probe.get(), servers_[1].probe.get());
  start_s_ = now_s() - before_s;
  return true;
}

void PairedDriver::stop_both() {
  const double before_s = now_s();
  if (seams_.watch) seams_.watch(nullptr, nullptr);
  drain_samples();
  for (Server& server : servers_) {
    server.probe.reset();
    if (!server.handle) continue;
    const bool died = server.end && server.end->by_itself;
    const auto ending = server.handle->stop();
    if (!died && !(server.end && server.end->killed)) {
      record::ServerEnd end = launch::server_end(server.arm, ending.status);
      end.by_itself = ending.by_itself;
      end.stop_took_s = ending.took_s;
      end.killed = ending.killed;
      end.time_s = now_s();
      end.last_lines = server.handle->last_lines(launch::last_lines_max);
      server.end = std::move(end);
    }
    server.handle.reset();
  }
  start_s_ += now_s() - before_s;
}

void PairedDriver::end_by(double time_s) {
  ends_s_ = time_s;
  record_.plan.max_time_s = time_s;  // BatchRunner ends a block by it
}

/// Round 0: nothing of it is compared. It meets cold caches, finds servers that hang, and tells how many
/// transfers make a block.
void PairedDriver::learn_costs() {
  report_progress("getting to know both servers");
  end_by(comparison_.max_time_s);
  std::vector<PairedCost> costs(works_.size());
  if (start_both(0)) {
    for (std::size_t work = 0; work < works_.size() && !over(); ++work) learn_cost(work, costs[work]);
  }
  stop_both();
  end_by(latest_end_s(comparison_.max_time_s));
  rounds_ = plan_rounds(costs, start_s_, comparison_.max_time_s - now_s());
  longest_round_s_ = rounds_.round_s;
}

void PairedDriver::learn_cost(std::size_t work, PairedCost& cost) {
  const PairedWork& what = works_[work];
  cost.iterations_max =
      paired_iterations_max(record_.plan, what.clients, record_.fixtures[what.fixture].size);
  // A single pass first: what hangs is found after one deadline.
  for (std::uint32_t iterations = 1;; iterations = std::min(iterations * 4, cost.iterations_max)) {
    const double before_s = now_s();
    double busy_s = block(work, servers_[0], servers_[1], iterations).busy_s;
    if (!over()) busy_s += block(work, servers_[1], servers_[0], iterations).busy_s;
    const double took_s = (now_s() - before_s) / 2;
    cost.iteration_s = took_s / iterations;
    if (took_s > 0) cost.busy_share = busy_s / 2 / took_s;
    if (over() || took_s >= learning_s || iterations >= cost.iterations_max) return;
  }
}

void PairedDriver::round(std::uint32_t number) {
  report_progress(fmt::format("round {}", number));
  if (start_both(number)) {
    for (std::size_t index = 0; index < servers_.size(); ++index) {
      memory_[index] = {};
      memory_[index].round = number;
      memory_[index].arm = servers_[index].arm;
      memory_[index].ready_s = servers_[index].ready_s;
    }
    warm_up();
    const auto turns = round_order(record_.plan.seed, number, rounds_.pairs);
    for (std::size_t next = 0; next < turns.size() && !over(); ++next) {
      if (next == turns.size() / 2) note_memory(number, true);
      pair(number, turns[next]);
      report_progress(fmt::format("round {}", number));
    }
    if (!over()) note_memory(number, false);
  }
  stop_both();
  course_.checkpoint_if_due();
}

/// Fresh processes meet their first requests: a quarter of a block of each kind, not recorded as a pair.
void PairedDriver::warm_up() {
  for (std::size_t work = 0; work < works_.size(); ++work) {
    const std::uint32_t iterations = std::max(1u, rounds_.iterations[work] / 4);
    for (std::size_t index = 0; index < servers_.size() && !over(); ++index)
      block(work, servers_[index], servers_[1 - index], iterations);
  }
}

void PairedDriver::pair(std::uint32_t round, const PairedTurn& turn) {
  const PairedWork& work = works_[turn.work];
  record::PairRecord pair;
  pair.round = round;
  pair.clients = work.clients;
  pair.op = work.op;
  pair.fixture = static_cast<std::uint16_t>(work.fixture);
  pair.base_first = turn.base_first;
  for (const bool base : {turn.base_first, !turn.base_first}) {
    if (over()) return;
    (base ? pair.base : pair.head) =
        block(turn.work, servers_[base ? 0 : 1], servers_[base ? 1 : 0], rounds_.iterations[turn.work]);
  }
  if (!course_.running()) return;  // the last block may not be whole
  comparison_.pairs.push_back(pair);
  for (auto& memory : memory_) memory.transfers_between += comparison_.pairs.back().base.transfers;
}

record::BlockFigures PairedDriver::block(std::size_t work, Server& server, Server& other,
                                         std::uint32_t iterations) {
  const PairedWork& what = works_[work];
  std::uint32_t& next = next_iteration_[work][server.arm == Arm::base ? 0 : 1];
  const Batch batch{what.op, {what.fixture}, next, iterations};
  next += iterations;
  const double asked_s = now_s();
  const auto cpu_before = cpu_of(server.probe), other_before = cpu_of(other.probe);
  const BatchResult result =
      runners_[what.crew]->run(batch, target(server), record_.fixtures[what.fixture].size);
  const auto cpu_after = cpu_of(server.probe), other_after = cpu_of(other.probe);
  take_in(result);
  if (result.abandoned) note_unanswered(what, server.arm, result.records.empty() ? asked_s : result.end_s);
  server.served += result.records.size();
  await_end(result.records, *server.handle, seams_.time, end_patience_);
  note_ends();
  give_up_if_hung(result, server);
  record::BlockFigures figures = record::figures_of(result.records);
  figures.server_cpu_s = difference(cpu_after, cpu_before);
  figures.other_cpu_s = difference(other_after, other_before);
  return figures;
}

void PairedDriver::take_in(const BatchResult& result) {
  course_.check(take_rows(result.records, record_, seams_.sink));
  record::note(record_.warnings, result.warnings);
  if (result.workers_died)
    course_.end_as(RunState::failed,
                   result.warnings.empty() ? "a worker died" : result.warnings.front().text);
  if (result.abandoned)
    course_.end_as(seams_.stop.load() ? RunState::interrupted : RunState::time_up,
                   "ended while a block ran; its transfers are not all recorded");
}

/// Else a server that hangs when the end comes would look like one that nobody has asked.
void PairedDriver::note_unanswered(const PairedWork& work, Arm arm, double since_s) {
  comparison_.unanswered = {arm, work.clients, work.op, static_cast<std::uint16_t>(work.fixture),
                            std::max(0.0, now_s() - since_s)};
}

/// A block of which not one transfer was answered would cost a deadline for each again and again.
void PairedDriver::give_up_if_hung(const BatchResult& result, const Server& server) {
  const bool hung = !result.records.empty() &&
                    std::all_of(result.records.begin(), result.records.end(), [](const auto& row) {
                      return row.error == record::TransferError::deadline ||
                             row.error == record::TransferError::connect_failed;
                    });
  if (!hung || !course_.running()) return;
  record_.warnings.push_back(
      {record::gave_up_warning,
       fmt::format("not one of {} transfers by the {} was answered, so the comparison ended there",
                   result.records.size(), record::to_string(server.arm))});
  record_.state = RunState::complete;
}

std::optional<double> PairedDriver::read_memory(Server& server) {
  if (!server.probe) return std::nullopt;
  record::ResourceSample sample = server.probe->read(measure::Detail::full);
  sample.time_s = now_s();
  sample.arm = server.arm;
  course_.keep(sample);
  if (sample.pss_mib) server.peak_mib = std::max(server.peak_mib, *sample.pss_mib);
  return sample.pss_mib;
}

void PairedDriver::note_memory(std::uint32_t round, bool middle) {
  seams_.time.sleep_for(10ms);  // the servers see that their clients have left
  drain_samples();
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    Server& server = servers_[index];
    record::ArmRound& memory = memory_[index];
    (middle ? memory.middle_mib : memory.end_mib) = read_memory(server);
    if (middle) {
      memory.transfers_between = 0;
      continue;
    }
    const auto pid = server.handle->pid();
    if (seams_.host != nullptr && pid)
      server.peak_mib = std::max(server.peak_mib, seams_.host->process_rss_peak_mib(*pid).value_or(0));
    if (server.peak_mib > 0) memory.peak_mib = server.peak_mib;
    memory.round = round;
    comparison_.arm_rounds.push_back(memory);
  }
}

void PairedDriver::note_ends() {
  for (Server& server : servers_) {
    if (!server.handle || (server.end && server.end->by_itself)) continue;
    const auto status = server.handle->exited();
    if (!status) continue;
    record::ServerEnd end = launch::server_end(server.arm, *status);
    end.by_itself = true;
    end.served = server.served;
    end.time_s = now_s();
    end.last_lines = server.handle->last_lines(launch::last_lines_max);
    const std::string how = record::how_it_ended(end);
    course_.end_as(RunState::server_died, fmt::format("the {} {}", record::to_string(server.arm), how));
    server.end = std::move(end);
  }
}

/// Both servers live at the same time. One that spins while nobody asks it takes from the other's core.
void PairedDriver::note_disturbance() {
  for (const Arm idle : {Arm::base, Arm::head}) {
    double cpu_s = 0, busy_s = 0;
    for (const record::PairRecord& pair : comparison_.pairs) {
      const record::BlockFigures& block = idle == Arm::base ? pair.head : pair.base;
      cpu_s += block.other_cpu_s.value_or(0);
      busy_s += block.busy_s;
    }
    if (busy_s <= 0 || cpu_s / busy_s < disturbance_share) continue;
    record_.warnings.push_back(
        {"compare.disturbance", fmt::format("the {} used {:.0f} % of a core while it had nothing to do and "
                                            "the other was measured: the other "
                                            "looks slower than it is",
                                            record::to_string(idle), cpu_s / busy_s * 100)});
  }
}

void PairedDriver::drain_samples() {
  if (!seams_.take_samples) return;
  for (const record::ResourceSample& sample : seams_.take_samples()) {
    course_.keep(sample);
    Server& server = servers_[sample.arm == Arm::base ? 0 : 1];
    if (sample.pss_mib) server.peak_mib = std::max(server.peak_mib, *sample.pss_mib);
  }
}

/// How many transfers there will be is not known; as many in the time left as in the time gone.
void PairedDriver::report_progress(const std::string& phase) {
  if (!seams_.progress) return;
  const std::uint64_t done =
      record_.transfers.total(Arm::base).transfers + record_.transfers.total(Arm::head).transfers;
  const double gone_s = std::max(0.001, now_s());
  const auto total =
      static_cast<std::uint64_t>(static_cast<double>(done) * std::max(1.0, comparison_.max_time_s / gone_s));
  seams_.progress({phase, done, total, record_.transfers.failures_total(), gone_s});
}

/// Two rounds are made wherever they end before latest_end_s(): of less nothing can be said at all.
bool PairedDriver::time_for_another(std::uint32_t rounds_done) const {
  if (comparison_.pairs.size() >= pairs_max) return false;
  return rounds_done < 2 || now_s() + longest_round_s_ <= comparison_.max_time_s;
}

/// Looks, if it is time for a look. One that answers nothing was a look all the same: the next one has to be
/// the stricter for it.
bool PairedDriver::answered(std::uint32_t rounds_done) {
  if (!comparison_.until_conclusive || !seams_.conclusive || !look_after(rounds_done)) return false;
  if (seams_.conclusive(record_)) return true;
  ++comparison_.looks;
  return false;
}

bool PairedDriver::over() {
  if (!course_.over() && now_s() > ends_s_)
    course_.end_as(
        RunState::time_up,
        fmt::format(
            "the time was up in the middle of a round, after {} pairs of blocks of {} kinds of work: ask for "
            "more --max-time, or for fewer fixtures, operations and client counts",
            comparison_.pairs.size(), works_.size()));
  return !course_.running();
}

}  // namespace bftp::drive
