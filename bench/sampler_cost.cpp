/// What sampling a server costs, as a share of one core. Prints one line for each shape of server and each
/// way to read its CPU time; docs/performance.md quotes them.
///
/// usage: sampler_cost [--seconds S] [--rate HZ] [--processes N]
///
/// The server is this program itself in other shapes: it listens, and holds 20 descriptors and 2 MiB of
/// memory of its own in each process.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/launch/launcher.hpp"
#include "harness/measure/make_probe.hpp"
#include "harness/measure/sampler.hpp"

namespace {

using namespace bftp;
using Seconds = std::chrono::duration<double>;

struct Options {
  double seconds = 20;
  double rate_hz = 10;
  int processes = 50;
};

struct Shape {
  const char* name;
  int processes, threads;
};

/// What a process of a server has: some open files, some touched memory.
void settle_in() {
  constexpr int descriptors = 20;
  constexpr std::size_t bytes = 2u << 20;
  for (int i = 0; i < descriptors; ++i) ::open("/dev/null", O_RDONLY);
  static std::vector<char> memory;
  memory.assign(bytes, 1);
}

[[noreturn]] void be_server(int processes, int threads, int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 1; i < processes; ++i) {
    if (::fork() != 0) continue;
    settle_in();
    while (true) ::pause();
  }
  settle_in();
  for (int i = 1; i < threads; ++i) std::thread([] { ::pause(); }).detach();
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) ::_exit(1);
  if (::listen(listener, 16) != 0) ::_exit(1);
  while (true) ::pause();
}

/// Mean CPU time of one sample, over so many in a row.
Seconds cost_of(measure::Probe& probe, measure::Detail detail, int samples) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9);
  };
  probe.read(detail);
  const auto before = now();
  for (int i = 0; i < samples; ++i) probe.read(detail);
  return (now() - before) / samples;
}

bool measure_shape(const Options& options, const Shape& shape, bool cgroups) {
  plan::ServerSpec spec;
  spec.kind = plan::ServerKind::command;
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  spec.argv_template = {self, "--serve", std::to_string(shape.processes), std::to_string(shape.threads),
                        "{port}"};
  launch::LaunchOptions how;
  how.guard_path = GUARD;
  how.root = how.folder = how.run_folder = std::filesystem::temp_directory_path().string();
  how.use_cgroups = cgroups;
  auto server = launch::launch_server(spec, how);
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().message);
    return false;
  }
  const auto probe = measure::make_probe(**server);
  constexpr int samples = 200;
  const Seconds quick = cost_of(*probe, measure::Detail::quick, samples);
  const Seconds full = cost_of(*probe, measure::Detail::full, samples / 4);
  measure::SamplerSettings settings;
  settings.pacing.rate_hz = options.rate_hz;
  measure::Sampler sampler({{probe.get(), record::Arm::server}}, settings);
  std::this_thread::sleep_for(Seconds(options.seconds));
  sampler.stop();
  const auto taken = sampler.take();
  fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.1f} | {:.2f} % |\n", shape.name, probe->cpu_source(),
             quick.count() * 1e6, full.count() * 1e6, static_cast<double>(taken.size()) / options.seconds,
             sampler.cpu_s() / options.seconds * 100);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int serve_arguments = 5;
  if (argc == serve_arguments && std::strcmp(argv[1], "--serve") == 0)
    be_server(std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]));
  Options options;
  CLI::App app("What sampling a server costs");
  app.add_option("--seconds", options.seconds, "Of sampling, for each line");
  app.add_option("--rate", options.rate_hz, "Samples a second");
  app.add_option("--processes", options.processes, "Of the largest server");
  CLI11_PARSE(app, argc, argv);
  fmt::print("| server | CPU time from | quick sample, µs | full sample, µs | samples/s | of one core |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- |\n");
  const auto many = fmt::format("{} processes", options.processes);
  const std::vector<Shape> shapes{
      {"1 process", 1, 1}, {"1 process, 64 threads", 1, 64}, {many.c_str(), options.processes, 1}};
  bool good = true;
  for (const auto& shape : shapes)
    for (const bool cgroups : {true, false}) good = measure_shape(options, shape, cgroups) && good;
  return good ? 0 : 1;
}
