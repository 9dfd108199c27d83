/// bftpd beside nginx, iperf3 and vsftpd: the rows of docs/performance.md about the server, as ratios of one
/// run.
///
/// usage: server_side_by_side [--pairs N] [--model M] [--oliver FILE] [ROW…]     rows: each eight lasting
/// large small put models
///
/// Installs nothing; a row whose program is missing names the Debian package. Servers run on processor 0 with
/// one worker process, clients on processor 1. The two arms take turns in AB/BA order; a figure is the median
/// of the ratios of neighbours.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/server_programs.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bftp::bench;

struct Setting {
  int pairs = 20;
  std::string model = "epoll";
  fs::path bin;  ///< with bftpd and server_load
  fs::path scratch;
  fs::path root;
  std::string oliver;
};

/// What a block of transfers took.
struct Cost {
  double wall_s = 0;
  double cpu_s = 0;  ///< of the server
};

struct Ratios {
  double speed = 0;  ///< b's time by a's: how many times faster a is
  double cpu = 0;    ///< a's by b's
  double a_wall_s = 0;
  double b_wall_s = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

using Arm = std::function<Cost()>;

Ratios compare(int pairs, const Arm& a, const Arm& b) {
  std::vector<double> speed, cpu, a_wall, b_wall;
  a();
  b();  // warm caches, both
  for (int i = 0; i < pairs; ++i) {
    const bool b_first = i % 2 == 1;
    Cost of_b = b_first ? b() : Cost{};
    const Cost of_a = a();
    if (!b_first) of_b = b();
    speed.push_back(of_b.wall_s / of_a.wall_s);
    cpu.push_back(of_a.cpu_s / of_b.cpu_s);
    a_wall.push_back(of_a.wall_s);
    b_wall.push_back(of_b.wall_s);
  }
  return {median(speed), median(cpu), median(a_wall), median(b_wall)};
}

void print_row(const std::string& what, double value, const std::string& wanted, bool reached,
               const std::string& detail) {
  fmt::print("{:<66} {:>6.3f}  {:<8} {:<11} {}\n", what, value, wanted, reached ? "reached" : "NOT reached",
             detail);
  std::fflush(stdout);
}

void at_least(const std::string& what, double value, double wanted, const std::string& detail) {
  print_row(what, value, fmt::format(">= {}", wanted), value >= wanted, detail);
}

void at_most(const std::string& what, double value, double wanted, const std::string& detail) {
  print_row(what, value, fmt::format("<= {}", wanted), value <= wanted, detail);
}

bool have(const std::string& row, std::initializer_list<const char*> programs) {
  for (const auto* program : programs) {
    if (const auto package = missing_package(program); !package.empty()) {
      fmt::print("{}: needs {}; install it with: apt install {}\n", row, program, package);
      return false;
    }
  }
  return true;
}

/// A load generator against a server; each call runs `count` transfers.
Arm load(const Setting& setting, const RunningServer& server, std::vector<std::string> words, int count) {
  words.insert(words.begin(), (setting.bin / "server_load").string());
  const auto client = std::make_shared<Program>(words, client_processor);
  return [client, &server, count] {
    const double cpu = server.program->cpu_s();
    const double start = now_s();
    client->write_line(std::to_string(count));
    client->read_line();
    return Cost{now_s() - start, server.program->cpu_s() - cpu};
  };
}

std::vector<std::string> words(const std::string& dialect, const std::string& op, const RunningServer& server,
                               const std::string& name, std::uintmax_t size, int connections, bool lasting) {
  return {dialect,
          op,
          std::to_string(server.port),
          name,
          std::to_string(size),
          std::to_string(connections),
          lasting ? "lasting" : "each"};
}

/// `wanted` are the figures to reach, against nginx as the row names it: sendfile on. With tcp_nopush it is
/// shown beside that.
struct Wanted {
  double speed = 0;
  double cpu = 0;
};

void against_nginx(const Setting& setting, int connections, bool lasting, Wanted wanted) {
  if (!have("each", {"nginx"})) return;
  constexpr int transfers = 200;
  const auto size = fs::file_size(setting.root / "oliver");
  for (const bool nopush : {false, true}) {
    const auto bftpd = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), setting.model);
    const auto nginx = start_nginx(setting.root.string(), setting.scratch.string(), nopush);
    const auto ratios = compare(
        setting.pairs,
        load(setting, bftpd, words("bftp", "get", bftpd, "oliver", size, connections, lasting), transfers),
        load(setting, nginx, words("http", "get", nginx, "oliver", size, connections, lasting), transfers));
    const auto what =
        fmt::format("Oliver, {}, {} client{}, nginx {}", lasting ? "lasting" : "connection for each",
                    connections, connections == 1 ? "" : "s", nopush ? "with tcp_nopush" : "sendfile on");
    at_least(
        what + ": transfers/s", ratios.speed, nopush ? 1.0 : wanted.speed,
        fmt::format("{:.0f}/s against {:.0f}/s", transfers / ratios.a_wall_s, transfers / ratios.b_wall_s));
    at_most(what + ": server CPU", ratios.cpu, nopush ? 1.0 : wanted.cpu, "");
  }
}

/// Bits per second out of iperf3's JSON, as its receiver has it.
double iperf_bits_per_s(const std::string& json) {
  const auto received = json.find("\"sum_received\"");
  const auto at = json.find("\"bits_per_second\":", received);
  if (received == std::string::npos || at == std::string::npos) return 0;
  return std::strtod(json.c_str() + at + std::string("\"bits_per_second\":").size(), nullptr);
}

/// Written in full: reading a hole is not reading a file.
void make_large(const Setting& setting, std::uintmax_t size) {
  const std::string block(1 << 20, 'l');
  std::ofstream file(setting.root / "large", std::ios::binary);
  for (std::uintmax_t written = 0; written < size; written += block.size()) file << block;
}

/// iperf3 sends one block of 128 KiB again and again, which stays in the processor's caches. With -F it reads
/// the file that bftpd serves, and so does the same work.
Arm iperf3_client(const RunningServer& iperf, std::uintmax_t size, const std::string& file) {
  std::vector<std::string> command{"iperf3", "-c", "127.0.0.1", "-p", std::to_string(iperf.port),
                                   "-Z",     "-n", "1G",        "-J"};
  if (!file.empty()) command.insert(command.end(), {"-F", file});
  return [command, size] {
    // It sends, as bftpd does, so it has the servers' processor; on that of its receiver it would share a
    // core.
    Program client(command, server_processor);
    return Cost{static_cast<double>(size) * 8 / iperf_bits_per_s(client.read_to_end()), 1};
  };
}

void row_large(const Setting& setting) {
  if (!have("large", {"iperf3"})) return;
  constexpr std::uintmax_t size = 1ULL << 30;
  make_large(setting, size);
  const auto bftpd = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), setting.model);
  const auto iperf = start_iperf3();
  const double gib = static_cast<double>(size) / (1 << 30);
  for (const std::string& file : {std::string(), (setting.root / "large").string()}) {
    const auto ratios = compare(std::max(5, setting.pairs / 2),
                                load(setting, bftpd, words("bftp", "get", bftpd, "large", size, 1, true), 1),
                                iperf3_client(iperf, size, file));
    at_least(file.empty() ? "GET of 1 GiB: GiB/s, bftpd / iperf3 -Z"
                          : "GET of 1 GiB: GiB/s, bftpd / iperf3 -Z -F the same file",
             ratios.speed, 0.95,
             fmt::format("{:.2f} against {:.2f} GiB/s", gib / ratios.a_wall_s, gib / ratios.b_wall_s));
  }
}

void row_small(const Setting& setting) {
  if (!have("small", {"nginx", "wrk"})) return;
  constexpr int connections = 64;
  constexpr int requests = 50'000;
  std::ofstream(setting.root / "kib") << std::string(1024, 'k');
  const auto bftpd = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), setting.model);
  const auto nginx = start_nginx(setting.root.string(), setting.scratch.string(), true);
  const Arm wrk = [&] {
    const double cpu = nginx.program->cpu_s();
    Program client({"wrk", "-t1", "-c64", "-d1", "http://127.0.0.1:" + std::to_string(nginx.port) + "/kib"},
                   client_processor);
    const auto text = client.read_to_end();
    const auto at = text.find("Requests/sec:");
    const double rate = at == std::string::npos ? 1 : std::strtod(text.c_str() + at + 13, nullptr);
    return Cost{requests / rate, (nginx.program->cpu_s() - cpu) / rate * requests};
  };
  const auto ours =
      load(setting, bftpd, words("bftp", "get", bftpd, "kib", 1024, connections, true), requests);
  const auto ratios = compare(std::max(5, setting.pairs / 2), ours, wrk);
  at_least("GET of 1 KiB, 64 lasting connections: requests/s, bftpd / wrk on nginx", ratios.speed, 1.0,
           fmt::format("{:.0f}/s against {:.0f}/s", requests / ratios.a_wall_s, requests / ratios.b_wall_s));
  const auto theirs =
      load(setting, nginx, words("http", "get", nginx, "kib", 1024, connections, true), requests);
  const auto same = compare(std::max(5, setting.pairs / 2), ours, theirs);
  at_least("  the same, with this client on both", same.speed, 1.0,
           fmt::format("{:.0f}/s against {:.0f}/s", requests / same.a_wall_s, requests / same.b_wall_s));
  at_most("  server CPU, bftpd / nginx", same.cpu, 1.0, "");
}

void put_row(const Setting& setting, const RunningServer& bftpd, const RunningServer& vsftpd,
             const std::string& name, std::uintmax_t size, int count, int pairs) {
  const auto local = (setting.root / name).string();
  std::vector<std::string> curl = {"curl", "-s", "--disable-epsv"};
  const auto url = fmt::format("ftp://127.0.0.1:{}/upload/put", vsftpd.port);
  for (int i = 0; i < count; ++i) curl.insert(curl.end(), {"-T", local, url});
  // Both begin without the file: who replaces it whole has two copies for a while, and vsftpd does not.
  const auto stored = setting.root / "upload/put";
  const Arm theirs = [&] {
    fs::remove(stored);
    const double start = now_s();
    Program client(curl, client_processor);
    client.read_to_end();
    return Cost{now_s() - start, 1};
  };
  auto ours_words = words("bftp", "put", bftpd, "upload/put", size, 1, true);
  ours_words.push_back(local);
  const auto put = load(setting, bftpd, ours_words, count);
  const Arm ours = [&] {
    fs::remove(stored);
    return put();
  };
  const auto ratios = compare(pairs, ours, theirs);
  if (!fs::exists(stored) || fs::file_size(stored) != size) fmt::print("a PUT did not arrive whole\n");
  const double gib = static_cast<double>(size) * count / (1 << 30);
  at_least(fmt::format("PUT of {}: GiB/s, bftpd / vsftpd with curl", name), ratios.speed, 1.5,
           fmt::format("{:.2f} against {:.2f} GiB/s", gib / ratios.a_wall_s, gib / ratios.b_wall_s));
}

void row_put(const Setting& setting) {
  if (!have("put", {"vsftpd", "curl"})) return;
  constexpr std::uintmax_t large = 1ULL << 30;
  fs::create_directory(setting.root / "upload");
  make_large(setting, large);
  const auto bftpd = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), setting.model);
  const auto vsftpd = start_vsftpd(setting.root.string(), setting.scratch.string());
  put_row(setting, bftpd, vsftpd, "oliver", fs::file_size(setting.root / "oliver"), 50, setting.pairs);
  put_row(setting, bftpd, vsftpd, "large", large, 1, std::max(5, setting.pairs / 2));
}

/// All models, each against the default one in the same pairs.
void row_models(const Setting& setting) {
  const auto size = fs::file_size(setting.root / "oliver");
  std::ofstream(setting.root / "kib") << std::string(1024, 'k');
  const auto base = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), "epoll");
  fmt::print("{:<10} {:>22} {:>22} {:>22} {:>22}\n", "model / epoll", "Oliver each, 1 client",
             "Oliver each, 8", "Oliver lasting, 1", "1 KiB lasting, 64");
  for (const std::string model : {"iterative", "fork", "thread", "pool", "epoll"}) {
    const auto server = start_bftpd((setting.bin / "bftpd").string(), setting.root.string(), model);
    std::string line = fmt::format("{:<10}", model);
    const auto cell = [&](const std::string& name, std::uintmax_t bytes, int clients, bool lasting,
                          int count) {
      if (model == "iterative" && lasting && clients > 1) return line += fmt::format(" {:>22}", "-"), void();
      const auto ratios =
          compare(std::max(5, setting.pairs / 2),
                  load(setting, server, words("bftp", "get", server, name, bytes, clients, lasting), count),
                  load(setting, base, words("bftp", "get", base, name, bytes, clients, lasting), count));
      const auto cpu = model == "fork" ? std::string("   -") : fmt::format("{:.2f}", ratios.cpu);
      line += fmt::format(" {:>9.0f}/s {:.2f} CPU {}", count / ratios.a_wall_s, ratios.speed, cpu);
    };
    cell("oliver", size, 1, false, 200);
    cell("oliver", size, 8, false, 200);
    cell("oliver", size, 1, true, 200);
    cell("kib", 1024, 64, true, 20'000);
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }
}

void make_oliver(const Setting& setting) {
  const auto target = setting.root / "oliver";
  if (!setting.oliver.empty()) {
    fs::copy_file(setting.oliver, target);
    return;
  }
  constexpr std::size_t oliver_size = 936'281;
  std::ofstream(target) << std::string(oliver_size, 'o');
}

}  // namespace

int main(int argc, char** argv) {
  Setting setting;
  std::vector<std::string> rows;
  CLI::App app("bftpd beside nginx, iperf3 and vsftpd, as ratios of one run");
  app.add_option("--pairs", setting.pairs, "Pairs of blocks for each figure")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  app.add_option("--model", setting.model, "bftpd's model")->capture_default_str();
  app.add_option("--oliver", setting.oliver, "The text; without it a stand-in of its size")
      ->check(CLI::ExistingFile);
  app.add_option("ROW", rows, "each eight lasting large small put models; none: all")
      ->check(CLI::IsMember({"each", "eight", "lasting", "large", "small", "put", "models"}));
  CLI11_PARSE(app, argc, argv);
  setting.bin = fs::canonical("/proc/self/exe").parent_path();
  std::string scratch = (fs::temp_directory_path() / "bftpd-bench-XXXXXX").string();
  if (::mkdtemp(scratch.data()) == nullptr) return 3;
  setting.scratch = scratch;
  setting.root = setting.scratch / "root";
  fs::create_directory(setting.root);
  fs::permissions(setting.scratch, fs::perms(0755));  // nginx started by root serves as nobody
  make_oliver(setting);
  const auto wanted = [&rows](const char* row) {
    return rows.empty() || std::find(rows.begin(), rows.end(), row) != rows.end();
  };
  if (wanted("each")) against_nginx(setting, 1, false, {1.05, 0.85});
  if (wanted("eight")) against_nginx(setting, 8, false, {1.05, 0.85});
  if (wanted("lasting")) against_nginx(setting, 1, true, {1.1, 1.0});
  if (wanted("large")) row_large(setting);
  if (wanted("small")) row_small(setting);
  if (wanted("put")) row_put(setting);
  if (wanted("models")) row_models(setting);
  fs::remove_all(setting.scratch);
  return 0;
}
