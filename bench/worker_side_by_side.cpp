/// bftp-worker beside what it has to keep up with: a bare receive loop, curl, openssl dgst. Prints one line
/// for each row of docs/performance.md, as ratios.
///
/// usage: worker_side_by_side [--pairs N] [--file F] [ROW...]
///
/// Rows: bare bytes verified curl memory arena buffer receive. Server on processor 0, clients on processor 1,
/// where two programs are compared. They take turns in AB/BA order; the figure is the median of the ratios of
/// neighbours.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/server_programs.hpp"
#include "bench/worker_process.hpp"
#include "protocol/conversation.hpp"
#include "protocol/worker_channel.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bftp;
using bench::Child;
using bench::Cost;
using bench::RunningServer;

using bench::client_processor;

struct Setting {
  int pairs = 30;
  std::uint32_t transfers = 100;  ///< in a block
  fs::path bin;                   ///< with bftp-worker, bftpd and worker_bare_loop
  fs::path root;
  fs::path scratch;
  std::string file = "file";
  std::uint64_t size = 0;
  protocol::Digest sha256{};
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Ratios {
  std::vector<double> wall;
  std::vector<double> cpu;
  std::vector<double> a_wall_s;
  std::vector<double> b_wall_s;
};

/// The two results of a pair, taken in AB order or, in odd pairs, in BA order.
template <class A, class B>
auto in_turn(int pair, const A& a, const B& b) {
  std::pair<decltype(a()), decltype(b())> results;
  if (pair % 2 == 0) {
    results.first = a();
    results.second = b();
  } else {
    results.second = b();
    results.first = a();
  }
  return results;
}

/// `a` and `b` by turns; each ratio is a's cost by its neighbour's.
Ratios compare(int pairs, const std::function<Cost()>& a, const std::function<Cost()>& b) {
  Ratios ratios;
  a();
  b();  // warm caches, both
  for (int i = 0; i < pairs; ++i) {
    const auto [cost_a, cost_b] = in_turn(i, a, b);
    ratios.wall.push_back(cost_a.wall_s / cost_b.wall_s);
    ratios.cpu.push_back(cost_a.cpu_s / cost_b.cpu_s);
    ratios.a_wall_s.push_back(cost_a.wall_s);
    ratios.b_wall_s.push_back(cost_b.wall_s);
  }
  return ratios;
}

void print_row(const std::string& what, double value, const std::string& wanted, bool reached) {
  fmt::print("{:<78} {:>7.3f}  {:<14} {}\n", what, value, wanted, reached ? "reached" : "NOT reached");
  std::fflush(stdout);
}

protocol::WorkerJob make_job(const Setting& setting, protocol::Verify verify, bool lasting) {
  protocol::WorkerJob job;
  job.verify = verify;
  job.lasting_connection = lasting;
  job.hash_threads = std::max(1u, std::thread::hardware_concurrency());
  job.fixtures = {{setting.file, setting.size, setting.sha256, (setting.root / setting.file).string()}};
  return job;
}

protocol::WorkerBlock make_block(std::uint16_t port, std::uint32_t transfers) {
  protocol::WorkerBlock block;
  block.port = port;
  block.fixtures = {0};
  block.iterations = transfers;
  return block;
}

/// A worker that has its job.
RunningServer start_bftpd(const Setting& setting) {
  return bench::start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), "epoll");
}

std::unique_ptr<Child> start_worker(const Setting& setting, const protocol::WorkerJob& job, int processor) {
  auto worker =
      std::make_unique<Child>(std::vector<std::string>{(setting.bin / "bftp-worker").string()}, processor);
  worker->write_line(encode(job));
  return worker;
}

Child start_bare(const Setting& setting, std::uint16_t port, int processor,
                 std::size_t receive_bytes = 256 * 1024, int receive_buffer_bytes = 0) {
  const std::string request = "GET " + setting.file;
  const std::string answer = "OK " + std::to_string(setting.size);
  return Child({(setting.bin / "worker_bare_loop").string(), std::to_string(port),
                protocol::encode_header(request.size()) + request,
                std::to_string(protocol::header_size + answer.size() + setting.size),
                std::to_string(receive_bytes), std::to_string(receive_buffer_bytes)},
               processor);
}

const char* style(bool lasting) {
  return lasting ? "one lasting connection" : "a connection for each";
}

/// Processes of one program differ by some percent for as long as they live, by where their memory lies. So
/// several of each take part.
constexpr int processes = 6;

void append(Ratios& to, const Ratios& more) {
  const auto join = [](std::vector<double>& a, const std::vector<double>& b) {
    a.insert(a.end(), b.begin(), b.end());
  };
  join(to.wall, more.wall);
  join(to.cpu, more.cpu);
  join(to.a_wall_s, more.a_wall_s);
  join(to.b_wall_s, more.b_wall_s);
}

/// Wall time of the worker in terms of the bare loop's.
Ratios against_bare(const Setting& setting, protocol::Verify verify, bool lasting) {
  const RunningServer server = start_bftpd(setting);
  const auto job = make_job(setting, verify, lasting);
  const std::string block = encode(make_block(server.port, setting.transfers));
  const std::string order = fmt::format("{} {}", setting.transfers, lasting ? "lasting" : "each");
  Ratios all;
  for (int i = 0; i < processes; ++i) {
    const auto worker = start_worker(setting, job, client_processor);
    Child bare = start_bare(setting, server.port, client_processor, 256 * 1024, job.receive_buffer_bytes);
    append(all,
           compare(
               std::max(1, setting.pairs / processes), [&] { return worker->ask(block, setting.transfers); },
               [&] { return bare.ask(order, 1); }));
  }
  return all;
}

void row_bare(const Setting& setting) {
  for (const bool lasting : {false, true}) {
    const Ratios ratios = against_bare(setting, protocol::Verify::none, lasting);
    const double speed = 1 / median(ratios.wall);
    print_row(fmt::format("transfers/s, worker / bare loop ({:.0f}/s), bftpd, {}",
                          setting.transfers / median(ratios.b_wall_s), style(lasting)),
              speed, ">= 0.97", speed >= 0.97);
    fmt::print("    CPU per transfer, worker / bare loop: {:.3f}\n", median(ratios.cpu));
  }
}

void row_bytes(const Setting& setting) {
  for (const bool lasting : {false, true}) {
    const double ratio = median(against_bare(setting, protocol::Verify::bytes, lasting).wall);
    print_row(fmt::format("wall time, worker with --verify bytes / bare loop, bftpd, {}", style(lasting)),
              ratio, "<= 1.3", ratio <= 1.3);
  }
}

/// Nobody is pinned here but the server: both sides may hash on every processor.
void row_verified(const Setting& setting) {
  constexpr std::uint32_t transfers = 1000;
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::string> digest = {"openssl", "dgst", "-sha256"};
  digest.insert(digest.end(), transfers / processors, (setting.root / setting.file).string());
  const std::vector<std::vector<std::string>> digests(processors, digest);
  for (const bool lasting : {false, true}) {
    const RunningServer server = start_bftpd(setting);
    const auto job = make_job(setting, protocol::Verify::sha256, lasting);
    const auto worker = start_worker(setting, job, -1);
    Child bare = start_bare(setting, server.port, -1, 256 * 1024, job.receive_buffer_bytes);
    const std::string block = encode(make_block(server.port, transfers));
    const std::string order = fmt::format("{} {}", transfers, lasting ? "lasting" : "each");
    const auto separate = [&] {
      Cost cost = bare.ask(order, 1);
      const Cost hashing = bench::run_all(digests, -1);
      return Cost{cost.wall_s + hashing.wall_s, cost.cpu_s + hashing.cpu_s};
    };
    const Ratios ratios = compare(
        std::max(3, setting.pairs / 5), [&] { return worker->ask(block, transfers); }, separate);
    print_row(fmt::format("wall time of 1000 verified transfers / bare transfers + openssl dgst, {}",
                          style(lasting)),
              median(ratios.wall), "<= 1.15", median(ratios.wall) <= 1.15);
  }
}

/// Whole processes on both sides, from start to end.
void row_curl(const Setting& setting) {
  const RunningServer server = bench::start_nginx(setting.root.string(), setting.scratch.string(), true);
  const std::uint32_t transfers = 5 * setting.transfers;
  for (const bool lasting : {false, true}) {
    auto job = make_job(setting, protocol::Verify::none, lasting);
    job.dialect = "http";
    const std::string input = encode(job) + "\n" + encode(make_block(server.port, transfers)) + "\n";
    std::vector<std::string> curl = {"curl", "-s", "-o", "/dev/null"};
    if (!lasting) curl.insert(curl.end(), {"--http1.0", "-H", "Connection: close"});
    const std::string url = fmt::format("http://127.0.0.1:{}/{}", server.port, setting.file);
    curl.push_back(fmt::format("{}?[1-{}]", url, transfers));
    const Ratios ratios = compare(
        std::max(3, setting.pairs / 2),
        [&] { return bench::run({(setting.bin / "bftp-worker").string()}, client_processor, input); },
        [&] { return bench::run(curl, client_processor); });
    const double speed = 1 / median(ratios.wall);
    print_row(fmt::format("transfers/s, worker / curl ({:.0f}/s), nginx over HTTP, {}",
                          transfers / median(ratios.b_wall_s), style(lasting)),
              speed, ">= 1.3", speed >= 1.3);
    print_row(fmt::format("CPU per transfer, worker / curl, nginx over HTTP, {}", style(lasting)),
              median(ratios.cpu), "<= 0.6", median(ratios.cpu) <= 0.6);
  }
}

/// A million small transfers; memory at every tenth of the way.
void row_memory(const Setting& setting) {
  constexpr std::uint32_t transfers = 100'000;
  Setting small = setting;
  small.file = "small";
  small.size = 1024;
  const std::string content(small.size, 'x');
  std::ofstream(small.root / small.file) << content;
  small.sha256 = protocol::sha256(content);
  for (const bool lasting : {true, false}) {
    const RunningServer server = start_bftpd(small);
    const auto job = make_job(small, protocol::Verify::sha256, lasting);
    const auto worker = start_worker(small, job, client_processor);
    std::vector<long> resident_kib;
    double wall_s = 0;
    for (int i = 0; i < 10; ++i) {
      wall_s += worker->ask(encode(make_block(server.port, transfers)), transfers).wall_s;
      resident_kib.push_back(worker->memory_kib("VmRSS"));
    }
    const double peak_mib = static_cast<double>(worker->memory_kib("VmHWM")) / 1024;
    print_row(fmt::format("peak RSS in MiB over 1,000,000 transfers of 1 KiB ({:.1f} s), {}", wall_s,
                          style(lasting)),
              peak_mib, "< 64", peak_mib < 64);
    fmt::print("    resident KiB after each 100,000: {}\n", fmt::join(resident_kib, " "));
  }
}

struct Window {
  double transfer_ms = 0;
  double cpu_ms = 0;
};

/// The timed windows of a block alone, as the records have them; medians.
Window timed_window(Child& worker, const std::string& block, std::uint32_t transfers) {
  std::vector<double> times_ms;
  std::vector<double> cpu_ms;
  worker.write_line(block);
  for (std::uint32_t i = 0; i < transfers; ++i) {
    const auto record = protocol::parse_worker_record(worker.read_line());
    if (!record || !record->transfer_ns) continue;
    times_ms.push_back(static_cast<double>(*record->transfer_ns) / 1e6);
    cpu_ms.push_back(static_cast<double>(record->cpu_ns) / 1e6);
  }
  return {median(times_ms), median(cpu_ms)};
}

/// What a copy's way into the arena costs: the worker keeping copies in arenas of several sizes beside one
/// that discards.
void row_arena(const Setting& setting) {
  const RunningServer server = start_bftpd(setting);
  const std::string block = encode(make_block(server.port, setting.transfers));
  const auto base = start_worker(setting, make_job(setting, protocol::Verify::none, false), client_processor);
  for (const unsigned mib : {1u, 4u, 8u, 16u, 32u, 64u, 128u}) {
    auto job = make_job(setting, protocol::Verify::sha256, false);
    job.arena_bytes = std::uint64_t{mib} << 20;
    job.hash_threads = 1;
    const auto worker = start_worker(setting, job, client_processor);
    std::vector<double> time_ratios;
    std::vector<double> cpu_ratios;
    std::vector<double> kept_ms;
    for (int i = 0; i < setting.pairs; ++i) {
      const auto [kept, discarded] = in_turn(
          i, [&] { return timed_window(*worker, block, setting.transfers); },
          [&] { return timed_window(*base, block, setting.transfers); });
      time_ratios.push_back(kept.transfer_ms / discarded.transfer_ms);
      cpu_ratios.push_back(kept.cpu_ms / discarded.cpu_ms);
      kept_ms.push_back(kept.transfer_ms);
    }
    fmt::print("timed window, copies kept in an arena of {:>3} MiB / discarded: wall {:.3f}, cpu {:.3f}\n",
               mib, median(time_ratios), median(kept_ms), median(cpu_ratios));
    std::fflush(stdout);
  }
}

/// The same for SO_RCVBUF, copies kept in 32 MiB on both sides.
void row_buffer(const Setting& setting) {
  const RunningServer server = start_bftpd(setting);
  const std::string block = encode(make_block(server.port, setting.transfers));
  const auto base =
      start_worker(setting, make_job(setting, protocol::Verify::sha256, false), client_processor);
  for (const int kib : {0, 64, 128, 256, 384, 512, 1024, 2048}) {
    auto job = make_job(setting, protocol::Verify::sha256, false);
    job.receive_buffer_bytes = kib * 1024;
    const auto worker = start_worker(setting, job, client_processor);
    std::vector<double> time_ratios;
    std::vector<double> cpu_ratios;
    for (int i = 0; i < setting.pairs; ++i) {
      const auto [tried, usual] = in_turn(
          i, [&] { return timed_window(*worker, block, setting.transfers); },
          [&] { return timed_window(*base, block, setting.transfers); });
      time_ratios.push_back(tried.transfer_ms / usual.transfer_ms);
      cpu_ratios.push_back(tried.cpu_ms / usual.cpu_ms);
    }
    fmt::print("timed window, SO_RCVBUF of {:>4} KiB / the kernel's own tuning: wall {:.3f}, cpu {:.3f}\n",
               kib, median(time_ratios), median(cpu_ratios));
    std::fflush(stdout);
  }
}

void row_receive(const Setting& setting) {
  const RunningServer server = start_bftpd(setting);
  const std::string order = fmt::format("{} each", setting.transfers);
  Child base = start_bare(setting, server.port, client_processor);
  for (const int buffer_kib : {0, 128, 256, 512, 1024, 2048}) {
    for (const unsigned receive_kib : {64u, 128u, 256u, 512u, 1024u}) {
      Child bare = start_bare(setting, server.port, client_processor, receive_kib * 1024, buffer_kib * 1024);
      const Ratios ratios = compare(
          setting.pairs / 2, [&] { return bare.ask(order, 1); }, [&] { return base.ask(order, 1); });
      fmt::print(
          "SO_RCVBUF {:>4} KiB, receive {:>4} KiB / kernel's own tuning, 256 KiB: wall {:.3f}, cpu {:.3f}\n",
          buffer_kib, receive_kib, median(ratios.wall), median(ratios.cpu));
      std::fflush(stdout);
    }
  }
}

void make_fixture(Setting& setting, const std::string& source) {
  setting.root = setting.scratch / "root";
  fs::create_directories(setting.root);
  const fs::path file = setting.root / setting.file;
  if (source.empty()) {
    std::string content(936'281, '\0');  // the size of Oliver Twist
    std::uint32_t state = 1;
    for (auto& byte : content) byte = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
    std::ofstream(file, std::ios::binary) << content;
  } else {
    fs::copy_file(source, file);
  }
  setting.size = fs::file_size(file);
  setting.sha256 = protocol::sha256_of_file(file.string()).value();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::pair<std::string, void (*)(const Setting&)>> rows = {
      {"bare", row_bare},     {"bytes", row_bytes}, {"verified", row_verified}, {"curl", row_curl},
      {"memory", row_memory}, {"arena", row_arena}, {"buffer", row_buffer},     {"receive", row_receive}};
  Setting setting;
  std::vector<std::string> wanted = {"bare", "bytes", "verified", "curl", "memory"};
  std::string source;
  CLI::App app("bftp-worker beside its peers");
  app.add_option("--pairs", setting.pairs, "AB/BA pairs of blocks of 100 transfers")
      ->check(CLI::Range(3, 10'000));
  app.add_option("--file", source, "What to transfer; otherwise noise of 936,281 bytes")
      ->check(CLI::ExistingFile);
  app.add_option("ROW", wanted, "bare bytes verified curl memory arena buffer receive");
  CLI11_PARSE(app, argc, argv);
  setting.bin = fs::read_symlink("/proc/self/exe").parent_path();
  std::string scratch = (fs::temp_directory_path() / "bftp-bench-XXXXXX").string();
  if (::mkdtemp(scratch.data()) == nullptr) return 3;
  setting.scratch = scratch;
  make_fixture(setting, source);
  for (const auto& [name, row] : rows) {
    if (std::find(wanted.begin(), wanted.end(), name) != wanted.end()) row(setting);
  }
  fs::remove_all(setting.scratch);
  return 0;
}
