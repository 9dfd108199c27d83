#include "harness/drive/batch_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;

constexpr double ns_per_ms = 1e6;

/// Interrupts and the time limit are noticed this fast while a batch runs.
constexpr auto poll_interval = 100ms;
/// A client under test is the worker's child and may stop it; who does so again and again wants to.
constexpr int stops_max = 3;
/// After an interrupt a batch may end in order for so long.
constexpr auto interrupt_patience = 500ms;

std::optional<double> to_ms(std::optional<std::int64_t> ns) {
  if (!ns) return std::nullopt;
  return static_cast<double>(*ns) / ns_per_ms;
}

/// Upper bound for a batch: every transfer runs into its deadline, and verification is as slow as a bad disk.
protocol::Clock::duration patience_for(const plan::Plan& plan, std::uint64_t transfers, std::uint64_t bytes) {
  constexpr double verify_bytes_per_s = 20e6;
  constexpr double mib = 1024 * 1024;  // a second more for each, see the worker's deadlines
  const double seconds = static_cast<double>(transfers) * (plan.clients.transfer_deadline_s + 1) +
                         static_cast<double>(bytes) / mib + static_cast<double>(bytes) / verify_bytes_per_s +
                         60;
  return std::chrono::duration_cast<protocol::Clock::duration>(
      std::chrono::duration<double>(std::min(seconds, 1e6)));
}

void widen(BatchResult& result, const record::TransferRecord& row) {
  result.start_s = std::min(result.start_s, row.start_s);
  result.end_s = std::max(result.end_s, row.start_s + row.transfer_ms.value_or(0) / 1000.0);
}

/// The server under test needs none: a run without companions has no other.
std::string label_of(record::Arm arm) {
  return arm == record::Arm::server ? "" : record::to_string(arm);
}

}  // namespace

record::TransferRecord to_transfer_record(const protocol::WorkerRecord& told, std::uint32_t client,
                                          record::Arm arm, std::int64_t epoch_ns) {
  record::TransferRecord row;
  row.iteration = told.iteration;
  row.client = static_cast<std::uint16_t>(client);
  row.arm = arm;
  row.op = told.op;
  row.fixture = static_cast<std::uint16_t>(told.fixture);
  row.bytes = told.bytes;
  row.start_s = static_cast<double>(told.start_ns - epoch_ns) / ns_per_s;
  row.connect_ms = to_ms(told.connect_ns);
  row.first_byte_ms = to_ms(told.first_byte_ns);
  row.transfer_ms = to_ms(told.transfer_ns);
  row.sha256 = told.sha256;
  row.identical = told.identical;
  row.error = told.error;
  row.first_difference = told.first_difference;
  row.detail = told.detail;
  row.evidence = told.evidence;
  row.client_end = told.client_end;
  row.worker_cpu_ms = static_cast<double>(told.cpu_ns) / ns_per_ms;
  return row;
}

BatchResult BatchRunner::run(const Batch& batch, const BatchTarget& target, std::uint64_t bytes_of_one_pass,
                             std::size_t clients) {
  protocol::WorkerBlock block;
  block.block = next_block_++;
  block.host = target.endpoint.host;
  block.port = target.endpoint.port;
  block.dialect = target.dialect;
  block.label = label_of(target.arm);
  block.op = batch.op;
  block.fixtures = batch.fixtures;
  block.first_iteration = batch.first_iteration;
  block.iterations = batch.iterations;
  if (plan_.rate_per_s)
    block.start_interval_s = static_cast<double>(taking_part(clients)) / *plan_.rate_per_s;
  block.external_client = target.external_client;
  if (batch.op == protocol::Op::put) block.server_root = target.server_root;
  block.hold_verification = taking_part(clients) > 1;

  BatchResult result;
  result.start_s = std::numeric_limits<double>::max();
  if (send(block, clients, result)) {
    const std::uint64_t transfers = std::uint64_t{batch.iterations} * batch.fixtures.size();
    // A PUT that is verified by GET and removed by DELETE may take three deadlines.
    const bool verified_by_get = batch.op == protocol::Op::put && target.server_root.empty();
    auto patience =
        patience_for(plan_, transfers * (verified_by_get ? 3 : 1), bytes_of_one_pass * batch.iterations);
    if (block.start_interval_s)
      patience += std::chrono::duration_cast<protocol::Clock::duration>(
          std::chrono::duration<double>(*block.start_interval_s * static_cast<double>(transfers)));
    collect(block, target, patience, clients, result);
  }
  if (result.records.empty())
    result.start_s = result.end_s = static_cast<double>(time_.monotonic_ns() - epoch_ns_) / ns_per_s;
  return result;
}

BatchResult BatchRunner::visit(protocol::Op op, std::uint32_t fixture, std::uint32_t iterations,
                               double hold_s, const BatchTarget& target,
                               const std::function<void()>& while_held) {
  protocol::WorkerBlock block;
  block.block = next_block_++;
  block.host = target.endpoint.host;
  block.port = target.endpoint.port;
  block.dialect = target.dialect;
  block.label = label_of(target.arm);
  block.op = op;
  if (op == protocol::Op::replace_put || op == protocol::Op::put) block.server_root = target.server_root;
  block.fixtures = {fixture};
  block.iterations = iterations;
  block.hold_s = hold_s;
  block.may_store = op == protocol::Op::half_open &&
                    std::find(plan_.ops.begin(), plan_.ops.end(), protocol::Op::put) != plan_.ops.end();

  BatchResult result;
  result.start_s = std::numeric_limits<double>::max();
  if (!send(block, all_clients, result)) return result;
  while_held();
  collect(block, target, patience_for(plan_, iterations, 0), all_clients, result);
  return result;
}

bool BatchRunner::send(const protocol::WorkerBlock& block, std::size_t clients, BatchResult& result) {
  protocol::WorkerBlock own = block;
  const std::size_t count = taking_part(clients);
  for (std::size_t at = 0; at < count; ++at) {
    // In an open loop the workers' arrivals are spread evenly over the interval: together they make one
    // stream.
    if (block.start_interval_s)
      own.start_offset_s = *block.start_interval_s * static_cast<double>(at) / static_cast<double>(count);
    const auto sent = workers_[at]->send_line(protocol::encode(own), protocol::Deadline::after(10s));
    if (!sent) note_death(*workers_[at], sent.error().message, {}, result);
  }
  return !result.workers_died;
}

/// First every worker's transfers come to their end, then all verify: hashing takes whole cores, and would
/// take them from the server and from those who still transfer.
void BatchRunner::collect(const protocol::WorkerBlock& block, const BatchTarget& target,
                          protocol::Clock::duration patience, std::size_t clients, BatchResult& result) {
  const auto deadline = protocol::Deadline::after(patience);
  const Standing all{.block = &block, .lines_due = std::size_t{block.iterations} * block.fixtures.size()};
  std::vector<Standing> standings(taking_part(clients), all);
  if (block.hold_verification) {
    for (std::size_t at = 0; at < standings.size(); ++at)
      if (!collect_from(*workers_[at], standings[at], Until::transferred, target, deadline, result)) return;
    let_verify(block, target, standings, result);
  }
  for (std::size_t at = 0; at < standings.size(); ++at)
    if (!collect_from(*workers_[at], standings[at], Until::delivered, target, deadline, result)) return;
}

void BatchRunner::let_verify(const protocol::WorkerBlock& block, const BatchTarget& target,
                             std::vector<Standing>& standings, BatchResult& result) {
  const std::string word = protocol::encode(
      protocol::WorkerSignal{.kind = protocol::WorkerSignal::Kind::verify, .block = block.block});
  for (std::size_t at = 0; at < standings.size(); ++at) {
    if (standings[at].lost) continue;
    const auto sent = workers_[at]->send_line(word, protocol::Deadline::after(10s));
    if (sent) continue;
    standings[at].lost = true;
    note_death(*workers_[at], sent.error().message, target, result);
  }
}

bool BatchRunner::Standing::owes(const protocol::WorkerRecord& record) const {
  const std::size_t fixtures = block->fixtures.size();
  if (lines_due == 0 || fixtures == 0) return false;
  const std::size_t at = std::size_t{block->iterations} * fixtures - lines_due;
  return record.op == block->op && record.fixture == block->fixtures[at % fixtures] &&
         record.iteration == block->first_iteration + at / fixtures;
}

/// Takes one line that a worker wrote. False if it is none that is due.
bool BatchRunner::take_line(launch::WorkerChannel& worker, const std::string& line, Standing& standing,
                            const BatchTarget& target, BatchResult& result) {
  const auto told = protocol::parse_worker_record(line);
  if (told && !standing.owes(*told)) {
    standing.lost = true;
    note_death(worker, "it told of a transfer that is not in its block", target, result);
    return false;
  }
  if (told) {
    result.records.push_back(to_transfer_record(*told, worker.client(), target.arm, epoch_ns_));
    widen(result, result.records.back());
    --standing.lines_due;
    return true;
  }
  const auto signal = protocol::parse_worker_signal(line);
  if (signal && signal->kind == protocol::WorkerSignal::Kind::transferred && !standing.transferred) {
    standing.transferred = true;
    return true;
  }
  standing.lost = true;
  note_death(worker, "it wrote a line that is no record: " + told.error().message, target, result);
  return false;
}

/// False when the whole batch is to be given up.
bool BatchRunner::collect_from(launch::WorkerChannel& worker, Standing& standing, Until until,
                               const BatchTarget& target, const protocol::Deadline& deadline,
                               BatchResult& result) {
  std::optional<protocol::Deadline> interrupted;
  while (!standing.lost && standing.lines_due > 0 && !(until == Until::transferred && standing.transferred)) {
    const auto line = worker.receive_line(protocol::Deadline::after(poll_interval));
    if (line) {
      if (!take_line(worker, *line, standing, target, result)) return true;
      continue;
    }
    if (worker.was_stopped()) {
      result.warnings.push_back({"worker.stopped", fmt::format("worker {} (process {}) had been stopped by a "
                                                               "signal; it was told to go on",
                                                               worker.client(), worker.pid())});
      if (++standing.stops >= stops_max) {
        standing.lost = true;
        note_death(worker, "it was stopped again and again", target, result);
        return true;
      }
    }
    if (line.error().kind != protocol::ErrorKind::deadline || deadline.expired()) {
      standing.lost = true;
      note_death(worker, line.error().message, target, result);
      return true;
    }
    const bool time_up = plan_.max_time_s &&
                         static_cast<double>(time_.monotonic_ns() - epoch_ns_) / ns_per_s > *plan_.max_time_s;
    if ((stop_.load() || time_up) && !interrupted)
      interrupted = protocol::Deadline::after(interrupt_patience);
    if (interrupted && interrupted->expired()) {
      result.abandoned = true;
      return false;
    }
  }
  return true;
}

void BatchRunner::note_death(launch::WorkerChannel& worker, const std::string& why, const BatchTarget& target,
                             BatchResult& result) {
  result.workers_died = true;
  std::string text = fmt::format("worker {} (process {}) is lost: {}", worker.client(), worker.pid(), why);
  if (const std::string words = worker.last_words(); !words.empty())
    text += fmt::format("; it said: {}", words);
  result.warnings.push_back({"worker.died", text});
  record::TransferRecord row;
  row.client = static_cast<std::uint16_t>(worker.client());
  row.arm = target.arm;
  row.start_s = static_cast<double>(time_.monotonic_ns() - epoch_ns_) / ns_per_s;
  row.error = protocol::TransferError::worker_died;
  row.detail = text;
  result.records.push_back(std::move(row));
}

}  // namespace bftp::drive
