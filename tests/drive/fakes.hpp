#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>

#include "harness/drive/driver.hpp"

/// An operating system for the drive stage: no process, no socket, and time passes only when somebody waits.
namespace bftp::drive::fakes {

class FakeTime final : public Timekeeper {
 public:
  std::int64_t monotonic_ns() override { return now_ns; }
  std::int64_t wall_ns() override { return now_ns + wall_offset_ns; }
  void sleep_for(std::chrono::nanoseconds wait) override { now_ns += wait.count(); }

  std::int64_t now_ns = 1'000'000'000;
  std::int64_t wall_offset_ns = 0;
};

/// Makes one record for each transfer of a block.
using Answer = std::function<protocol::WorkerRecord(const protocol::WorkerBlock&, std::uint32_t iteration,
                                                    std::uint32_t fixture)>;

class FakeWorker final : public launch::WorkerChannel {
 public:
  FakeWorker(std::uint32_t client, FakeTime& time, Answer answer)
      : client_(client), time_(time), answer_(std::move(answer)) {}

  std::uint32_t client() const override { return client_; }
  int pid() const override { return 1000 + static_cast<int>(client_); }
  protocol::Result<void> send_line(std::string_view line, const protocol::Deadline&) override {
    if (protocol::parse_worker_signal(line)) {
      lines_.insert(lines_.end(), held_.begin(), held_.end());
      held_.clear();
      return {};
    }
    const auto block = protocol::parse_worker_block(line);
    blocks.push_back(block.value());
    if (silent) return {};
    if (block->hold_verification)
      lines_.push_back(
          protocol::encode(protocol::WorkerSignal{protocol::WorkerSignal::Kind::transferred, block->block}));
    auto& told = block->hold_verification ? held_ : lines_;
    for (std::uint32_t i = 0; i < block->iterations; ++i)
      for (const std::uint32_t fixture : block->fixtures)
        told.push_back(protocol::encode(answer_(*block, block->first_iteration + i, fixture)));
    return {};
  }
  protocol::Result<std::string> receive_line(const protocol::Deadline&) override {
    if (stops_left > 0) {
      time_.now_ns += 100'000'000;
      return protocol::Error{protocol::ErrorKind::deadline, "stopped"};
    }
    if (dies_after == 0) return protocol::Error{protocol::ErrorKind::closed, "its output ended"};
    if (lines_.empty()) {
      time_.now_ns += 100'000'000;
      return protocol::Error{protocol::ErrorKind::deadline, "silence"};
    }
    if (dies_after > 0) --dies_after;
    std::string line = lines_.front();
    lines_.pop_front();
    return line;
  }
  bool was_stopped() override { return stops_left > 0 && stops_left-- > 0; }
  void close_input() override {}
  std::string last_words() override { return "Segmentation fault"; }

  int dies_after = -1;  ///< lines; -1: never
  bool silent = false;  ///< it says nothing of the next blocks
  int stops_left = 0;   ///< how often it is found stopped by a signal
  std::vector<protocol::WorkerBlock> blocks;

 private:
  std::uint32_t client_;
  FakeTime& time_;
  Answer answer_;
  std::deque<std::string> lines_;
  std::deque<std::string> held_;  ///< until it is told to verify
};

class FakeServer : public launch::ServerHandle {
 public:
  explicit FakeServer(std::uint16_t port = 4711) { endpoint_.port = port; }

  const protocol::Endpoint& endpoint() const override { return endpoint_; }
  const std::string& root() const override { return root_; }
  std::optional<int> pid() const override { return 77; }
  const std::string& cgroup() const override { return none_; }
  std::optional<launch::ExitStatus> exited() override { return exit; }
  Ending stop() override { return {}; }
  std::vector<std::string> last_lines(std::size_t) override { return {"Traceback", "KeyError: 3"}; }

  std::optional<launch::ExitStatus> exit;

 private:
  protocol::Endpoint endpoint_{.host = "127.0.0.1", .port = 0};
  std::string root_ = "/root-of-server";
  std::string none_;
};

class FakeProbe final : public measure::Probe {
 public:
  record::ResourceSample read(measure::Detail) override { return next; }
  std::optional<double> cpu_total_s() override { return cpu_s += 0.5; }
  std::string cpu_source() const override { return "fake"; }
  record::ServerRuntime runtime() override { return recognised; }
  bool collect_garbage() override {
    ++collections;
    return collects;
  }

  record::ServerRuntime recognised;
  record::ResourceSample next{.processes = 1, .fds = 5};
  bool collects = false;
  int collections = 0;
  double cpu_s = 0;
};

class FakeSink final : public RecordSink {
 public:
  protocol::Result<void> transfer(const record::TransferRecord& record, const std::string&) override {
    rows.push_back(record);
    return answer;
  }
  protocol::Result<void> sample(const record::ResourceSample&) override { return answer; }
  protocol::Result<void> checkpoint(const record::RunRecord&) override {
    ++checkpoints;
    return answer;
  }

  std::vector<record::TransferRecord> rows;
  int checkpoints = 0;
  protocol::Result<void> answer;
};

/// A run that the driver can be let loose on.
class Stage {
 public:
  explicit Stage(Answer answer, std::uint32_t clients = 2) {
    record.plan.clients.count = clients;
    record.plan.iterations = 4;
    record.plan.rounds = 2;
    record.plan.ops = {protocol::Op::get};
    record.fixtures = {{.name = "book", .size = 1'000'000}, {.name = "tiny", .size = 1}};
    session.server = std::make_unique<FakeServer>();
    for (std::uint32_t client = 0; client < clients; ++client)
      session.workers.push_back(std::make_unique<FakeWorker>(client, time, answer));
  }

  Driver driver() {
    return driver({.server = session.server.get(), .probe = &probe, .server_root = session.server->root()});
  }
  Driver driver(DrivenArm arm) {
    return Driver(record, {.workers = session.workers,
                           .arms = {std::move(arm)},
                           .shares = {},
                           .sink = sink,
                           .time = time,
                           .stop = stop,
                           .epoch_ns = time.now_ns});
  }
  FakeWorker& worker(std::size_t index) { return dynamic_cast<FakeWorker&>(*session.workers.at(index)); }
  FakeServer& server() { return dynamic_cast<FakeServer&>(*session.server); }

  FakeTime time;
  FakeProbe probe;
  FakeSink sink;
  std::atomic<bool> stop = false;
  launch::Session session;
  record::RunRecord record;
};

/// A transfer that took 2 ms and gave back an identical copy.
inline protocol::WorkerRecord healthy(const protocol::WorkerBlock& block, std::uint32_t iteration,
                                      std::uint32_t fixture) {
  protocol::WorkerRecord record;
  record.iteration = iteration;
  record.op = block.op;
  record.fixture = fixture;
  record.bytes = 10;
  record.start_ns = 2'000'000'000 + iteration * 2'000'000;
  record.transfer_ns = 2'000'000;
  record.cpu_ns = 1'000'000;
  if (block.op != protocol::Op::stall) record.identical = true;
  return record;
}

}  // namespace bftp::drive::fakes
