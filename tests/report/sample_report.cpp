#include "tests/report/sample_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "fixtures/prng.hpp"

namespace bftp::report::samples {
namespace {

using record::Arm;
using record::Op;

constexpr double mib = 1024.0 * 1024.0;

/// Multiples of 1/1000: they print the same whatever the machine did in the last bits.
double milli(double value) {
  return std::round(value * 1000) / 1000;
}

/// 0 to 1, not quite 1.
double uniform(fixtures::SplitMix64& random) {
  return static_cast<double>(random.below(1'000'000)) / 1e6;
}

fixtures::Fixture fixture(std::string name, std::uint64_t size, std::string about, bool stand_in = false) {
  fixtures::Fixture made;
  made.sha256.fill(static_cast<std::uint8_t>(17 + 29 * name.size()));
  made.sha256[0] = static_cast<std::uint8_t>(size & 0xff);
  made.path = "/var/cache/bftp-torture/" + name;
  made.name = std::move(name);
  made.size = size;
  made.about = std::move(about);
  made.stand_in = stand_in;
  return made;
}

std::vector<fixtures::Fixture> some_fixtures(bool all) {
  std::vector<fixtures::Fixture> made;
  made.push_back(fixture("oliver_twist.txt", 936'281, "plain text with CRLF line ends", true));
  made.push_back(fixture("db.csv", 64u << 20, "generated rows, one large file"));
  made.push_back(fixture("empty.bin", 0, "an empty file is a file (4.11)"));
  if (!all) return made;
  made.push_back(fixture("one_byte.bin", 1, "the smallest file with content"));
  made.push_back(fixture("65537_bytes.bin", 65'537, "one past a common buffer size"));
  made.push_back(fixture("every byte value.bin", 4'096, "every byte value, a name with spaces"));
  made.push_back(fixture("größe-文件.txt", 12'000, "a UTF-8 name"));
  made.push_back(fixture("random.bin", 4u << 20, "incompressible"));
  return made;
}

plan::Plan some_plan(const Shape& shape, const std::vector<fixtures::Fixture>& fixtures) {
  plan::Plan plan;
  plan.seed = 20260131;
  plan.profile = shape.iterations >= 1000 ? "torture" : "standard";
  plan.server.kind = plan::ServerKind::command;
  plan.server.command = "python3 server.py --port {port} --root {root}";
  plan.server.argv_template = {"python3", "server.py", "--port", "{port}", "--root", "{root}"};
  plan.clients.count = shape.clients;
  plan.iterations = shape.iterations;
  plan.rounds = shape.rounds;
  for (const auto& fixture : fixtures) plan.fixtures.push_back(fixture.name);
  plan.limits["uniformity.tail"]["p99_over_p50_max"] = 20;
  plan.command_line =
      "bftp-torture run --server 'python3 server.py --port {port} --root {root}' --seed 20260131";
  return plan;
}

record::Machine some_machine() {
  record::Machine machine;
  machine.hostname = "laboratory-7";
  machine.kernel = "Linux 6.1.0-18-amd64";
  machine.cpu_model = "Example CPU @ 2.40GHz";
  machine.os = "Debian GNU/Linux 12 (bookworm)";
  machine.cores = 4;
  machine.memory_bytes = 8ull << 30;
  machine.sha_extensions = true;
  machine.cpu_source = "cgroup v2";
  machine.limits = {"This machine has no hardware instruction counter: CPU is judged by time."};
  return machine;
}

/// Builds a record by playing through the blocks of a run, with a clock that only this class moves.
class Player {
 public:
  explicit Player(const Shape& shape) : shape_(shape), random_(7) {
    record_.fixtures = some_fixtures(shape.all_fixtures);
    record_.plan = some_plan(shape, record_.fixtures);
    record_.machine = some_machine();
    record_.version = "0.1.0";
    record_.started_utc = "2026-01-31T12:00:00Z";
    record_.state = record::RunState::complete;
  }

  record::RunRecord play() {
    for (const Arm arm : {Arm::server, Arm::control}) quiet(arm, record::QuietKind::baseline, 0);
    watch(record::WatchKind::idle, 2);
    watch(record::WatchKind::stalled, 2);
    for (std::uint32_t round = 0; round < shape_.rounds; ++round) play_round(round);
    for (const Arm arm : {Arm::server, Arm::control}) {
      quiet(arm, record::QuietKind::settled, shape_.rounds - 1);
      record_.server_ends.push_back({.arm = arm,
                                     .exit_code = 0,
                                     .signal = {},
                                     .time_s = milli(now_s_),
                                     .asked_s = milli(now_s_ - 0.05),
                                     .stop_took_s = 0.05,
                                     .last_lines = {}});
    }
    record_.harness = {.orchestrator_cpu_s = 1.25,
                       .orchestrator_rss_peak_mib = 21.5,
                       .workers_rss_peak_mib = 38.25,
                       .sampler_cpu_s = 0.125};
    record_.warnings.push_back(
        {"fixture.stand_in",
         "oliver_twist.txt is a stand-in of the same size and line ends: the text of Project "
         "Gutenberg could not be had"});
    record_.duration_s = milli(now_s_);
    return std::move(record_);
  }

 private:
  struct ArmState {
    std::uint64_t transfers = 0;
    double cpu_s = 0.05;
  };
  ArmState& state(Arm arm) { return arm == Arm::server ? server_ : control_; }

  void play_round(std::uint32_t round) {
    const std::uint32_t first = shape_.iterations * round / shape_.rounds;
    const std::uint32_t last = shape_.iterations * (round + 1) / shape_.rounds;
    for (const Op op : {Op::get, Op::put}) {
      for (const Arm arm :
           round % 2 == 0 ? std::array{Arm::server, Arm::control} : std::array{Arm::control, Arm::server}) {
        play_block(round, arm, op, first, last);
      }
    }
    for (const Arm arm : {Arm::server, Arm::control}) quiet(arm, record::QuietKind::round, round);
  }

  void play_block(std::uint32_t round, Arm arm, Op op, std::uint32_t first, std::uint32_t last) {
    record::BlockRecord block;
    block.round = round, block.arm = arm, block.op = op;
    block.warm_up = round == 0;
    block.start_s = milli(now_s_);
    const double cpu_before = state(arm).cpu_s;
    for (std::uint16_t at = 0; at < record_.fixtures.size(); ++at) block.fixtures.push_back(at);
    for (std::uint32_t iteration = first; iteration < last; ++iteration)
      play_iteration(arm, op, iteration, block);
    block.end_s = milli(now_s_);
    block.busy_s = milli(now_s_ - block.start_s);
    block.server_cpu_s = milli(state(arm).cpu_s - cpu_before);
    block.workers_cpu_s = milli(block.busy_s * 0.6);
    block.machine_busy_share = 0.42, block.machine_steal_share = 0.001;
    record_.blocks.push_back(std::move(block));
    sample(arm, false);
    now_s_ += 0.05;
  }

  void play_iteration(Arm arm, Op op, std::uint32_t iteration, record::BlockRecord& block) {
    double slowest_ms = 0;
    for (std::uint16_t at = 0; at < record_.fixtures.size(); ++at) {
      for (std::uint16_t client = 0; client < shape_.clients; ++client) {
        const record::TransferRecord made = transfer(arm, op, iteration, client, at);
        slowest_ms = std::max(slowest_ms, made.transfer_ms.value_or(0));
        block.transfers += 1, block.bytes += made.bytes;
        record_.transfers.add(made);
        state(arm).transfers += 1;
        state(arm).cpu_s +=
            0.0002 + static_cast<double>(made.bytes) / (1024 * mib) * (arm == Arm::server ? 0.8 : 0.3);
      }
      now_s_ += slowest_ms / 1000 / static_cast<double>(record_.fixtures.size());
    }
    if (iteration % 5 == 0) sample(arm, false);
  }

  record::TransferRecord transfer(Arm arm, Op op, std::uint32_t iteration, std::uint16_t client,
                                  std::uint16_t at) {
    const fixtures::Fixture& file = record_.fixtures[at];
    const double size_mib = static_cast<double>(file.size) / mib;
    const double noise = (uniform(random_) + uniform(random_) + uniform(random_) + uniform(random_)) / 4;
    double ms = 0.25 + size_mib * (arm == Arm::server ? 1.1 : 0.7) * (op == Op::put ? 1.6 : 1.0);
    ms *= 0.8 + 0.4 * noise + (uniform(random_) > 0.985 ? 1.5 * uniform(random_) : 0.0);
    if (client == 3) ms *= 1.12;
    record::TransferRecord made;
    made.iteration = iteration, made.client = client, made.arm = arm, made.op = op, made.fixture = at;
    made.bytes = file.size, made.start_s = milli(now_s_), made.connect_ms = milli(0.04 + 0.02 * noise);
    if (shape_.faulty && arm == Arm::server) spoil(made, ms);
    made.first_byte_ms = milli(std::min(0.12 + 0.05 * noise, ms));
    if (made.error == record::TransferError::none) made.transfer_ms = milli(ms);
    if (!made.identical) made.identical = made.error == record::TransferError::none;
    if (made.error != record::TransferError::none) made.identical.reset();
    if (made.error == record::TransferError::none) made.sha256 = file.sha256;
    return made;
  }

  /// A stall of 40 ms in each tenth GET, a wrong byte now and then, a connection that breaks.
  void spoil(record::TransferRecord& made, double& ms) {
    const std::uint32_t turn = made.iteration * 7 + made.client * 3 + made.fixture;
    if (made.op == Op::get && turn % 10 == 0) ms += 40 + 2 * uniform(random_);
    if (made.fixture == 0 && turn % 97 == 5) {
      made.identical = false, made.first_difference = 65'536;
      made.detail = "byte 65536 is 0x0a, should be 0x0d; 1 byte differs";
      made.evidence = "client-" + std::to_string(made.client) + "-difference-0.bin";
    }
    if (made.fixture == 1 && turn % 211 == 3) {
      made.error = record::TransferError::refused, made.bytes = 0;
      made.detail = "the reply was 'ERR 500 " + hostile_text + "'";
    }
  }

  record::ResourceSample reading(Arm arm, bool full) {
    const bool leaks = shape_.faulty && arm == Arm::server;
    const auto done = static_cast<double>(state(arm).transfers);
    const double memory_mib =
        milli((arm == Arm::server ? 18 : 3) + std::min(done / 200, 2.0) + (leaks ? done / 16 : 0));
    record::ResourceSample made;
    made.time_s = milli(now_s_), made.arm = arm;
    made.processes = 1, made.threads = arm == Arm::server ? 5u : 1u;
    made.cpu_user_s = milli(state(arm).cpu_s * 0.3), made.cpu_system_s = milli(state(arm).cpu_s * 0.7);
    made.cpu_total_s = milli(state(arm).cpu_s);
    made.rss_mib = memory_mib + 2;
    made.fds = static_cast<std::uint32_t>(6 + (full ? 0 : shape_.clients) + (leaks ? done / 40 : 0));
    if (full) made.pss_mib = memory_mib, made.sockets_close_wait = 0, made.zombies = 0;
    return made;
  }

  void sample(Arm arm, bool full) { record_.samples.push_back(reading(arm, full)); }

  void quiet(Arm arm, record::QuietKind kind, std::uint32_t round) {
    now_s_ += 0.1;
    record::QuietPoint point{
        .kind = kind, .round = round, .transfers_before = state(arm).transfers, .sample = {}};
    point.sample = reading(arm, true);
    record_.samples.push_back(point.sample);
    record_.quiet_points.push_back(std::move(point));
  }

  void watch(record::WatchKind kind, double seconds) {
    const double spent = shape_.faulty && kind == record::WatchKind::idle ? 0.9 * seconds : 0.002;
    record::Watch made{.kind = kind, .start_s = milli(now_s_), .server_cpu_s = milli(spent), .remark = {}};
    for (int step = 0; step < 10; ++step) {
      now_s_ += seconds / 10;
      server_.cpu_s += spent / 10;
      sample(Arm::server, false);
    }
    made.end_s = milli(now_s_);
    record_.watches.push_back(std::move(made));
  }

  Shape shape_;
  fixtures::SplitMix64 random_;
  record::RunRecord record_;
  ArmState server_, control_;
  double now_s_ = 0.5;
};

void crash(record::RunRecord& record) {
  record.state = record::RunState::server_died;
  record.state_text = "the server died of signal 11 in round 5";
  record::ServerEnd& end = record.server_ends.front();
  end = {.arm = Arm::server,
         .by_itself = true,
         .exit_code = {},
         .signal = 11,
         .time_s = record.duration_s,
         .last_lines = {"listening on 127.0.0.1:40113", "warning: " + hostile_text,
                        "Traceback (most recent call last):", "  \x1b[31mMemoryError\x1b[0m"}};
  record.warnings.push_back(
      {"machine.steal", "the hypervisor took 6 % of the machine's time: timing is judged with care"});
}

}  // namespace

const std::string hostile_text =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> ]]> | `code` **bold** "
    "[x](http://evil.example) "
    "@everyone #1 $x$ =cmd|'/c calc'!A1 \x1b]0;owned\x07\x1b[2J \xe2\x80\xaegpj.exe \xe2\x80\xa8 \xff\xfe & "
    "\"quoted\" 'single'";

record::RunRecord make_record(const Shape& shape) {
  return Player(shape).play();
}

Sample healthy() {
  return {make_record({}), passing_verdicts(), 0};
}

Sample failing() {
  Sample sample{make_record({.faulty = true}), failing_verdicts(), 1};
  crash(sample.record);
  return sample;
}

Sample small_failing() {
  Sample sample{
      make_record({.clients = 2, .iterations = 40, .rounds = 2, .faulty = true, .all_fixtures = false}),
      failing_verdicts(), 1};
  crash(sample.record);
  return sample;
}

Sample harness_failed() {
  Sample sample;
  const Shape shape;
  sample.record.fixtures = some_fixtures(true);
  sample.record.plan = some_plan(shape, sample.record.fixtures);
  sample.record.machine = some_machine();
  sample.record.version = "0.1.0";
  sample.record.started_utc = "2026-01-31T12:00:00Z";
  sample.record.state = record::RunState::failed;
  sample.record.state_text =
      "'python3 server.py': server.py is not there\n  command: python3 server.py --port 4711\n"
      "  it printed: </pre><script>alert(1)</script>";
  sample.record.server_ends.push_back({.by_itself = true,
                                       .exit_code = 2,
                                       .signal = {},
                                       .time_s = 0.04,
                                       .stop_took_s = {},
                                       .last_lines = {"python3: can't open file 'server.py'"}});
  sample.record.duration_s = 0.125;
  sample.exit_code = 3;
  return sample;
}

Sample nothing() {
  Sample sample;
  sample.exit_code = 3;
  return sample;
}

Sample large() {
  Sample sample{make_record({.clients = 8, .iterations = 782, .rounds = 20, .faulty = true}),
                failing_verdicts(), 1};
  return sample;
}

}  // namespace bftp::report::samples
