#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::judge::testing {

/// What a model of a server may know of the transfer that it is asked about.
struct Ask {
  std::uint64_t size = 0;     ///< bytes
  std::uint64_t ordinal = 0;  ///< of all transfers of the run, from 0
  std::uint32_t round = 0;
  std::uint32_t rounds = 0;
  std::uint16_t client = 0;
  record::Op op = record::Op::get;
};

/// A made-up run: clients in a closed loop, in rounds and blocks as the driver makes them, on a machine that
/// preempts now and then. Everything is a function of the fields and the seed.
struct RecordBuilder {
  using Random = std::mt19937_64;

  std::uint32_t clients = 4;
  std::uint32_t cores = 2;
  std::uint32_t rounds = 10;
  std::uint32_t iterations = 10;       ///< of each client in a round, over each small fixture
  std::uint32_t large_iterations = 2;  ///< likewise, of a fixture of 16 MiB and more
  bool confirmation = false;           ///< also the fresh repeats
  bool serves_one_at_a_time = false;
  bool lasting_connections = false;
  bool cpu_known = true;
  double strangers_share = 0.02;  ///< of the machine
  std::uint64_t seed = 1;
  std::vector<record::Op> ops = {record::Op::get, record::Op::put};
  std::vector<std::pair<std::string, std::uint64_t>> files = {
      {"one_byte.bin", 1}, {"nuls.bin", 2599}, {"oliver_twist.txt", 936281}, {"db.csv", 64ull << 20}};
  /// Extra time of the server for a transfer, ms; on top of a healthy service and the scheduler's noise.
  std::function<double(const Ask&, Random&)> extra_ms = [](const Ask&, Random&) {
    return 0.0;
  };
  /// False: the extra time passes after the first byte.
  bool extra_before_first_byte = true;
  /// How much the machine disturbs: 1 is two busy cores.
  double scheduler_noise = 1;
  std::function<record::TransferError(const Ask&, Random&)> error = [](const Ask&, Random&) {
    return record::TransferError::none;
  };
  std::function<bool(const Ask&, Random&)> corrupt = [](const Ask&, Random&) {
    return false;
  };
  std::function<double(const Ask&)> cpu_s = [](const Ask& ask) {
    return 0.0001 + static_cast<double>(ask.size) * 2e-10;
  };
  /// At rest, by transfers done.
  std::function<double(std::uint64_t, Random&)> pss_mib = [](std::uint64_t, Random&) {
    return 6.0;
  };
  /// Beside it, mapped files: the share of the libraries.
  std::function<double(std::uint64_t)> pss_file_mib = [](std::uint64_t) {
    return 0.0;
  };
  std::function<double(std::uint64_t)> fds = [](std::uint64_t) {
    return 8.0;
  };
  std::function<double(std::uint64_t)> threads = [](std::uint64_t) {
    return 1.0;
  };
  std::function<double(std::uint64_t)> processes = [](std::uint64_t) {
    return 1.0;
  };
  std::function<double(std::uint64_t)> zombies = [](std::uint64_t) {
    return 0.0;
  };
  std::function<double(std::uint64_t)> close_wait = [](std::uint64_t) {
    return 0.0;
  };
  /// The reference server beside it, twice: healthy, whatever the server under test does.
  bool control = false;
  /// What the machine does to all arms alike: a factor of times and CPU, by round of the pass.
  std::function<double(std::uint32_t)> machine_factor = [](std::uint32_t) {
    return 1.0;
  };
  double busy_pss_mib = 8;  ///< while large files move
  double idle_share = 0;    ///< of a core
  double stalled_share = 0;

  record::RunRecord build() const;
};

/// Uniform in 0 to 1.
double uniform(RecordBuilder::Random& random);

const Verdict& find(const std::vector<Verdict>& verdicts, const std::string& id);
/// "id: status" of every verdict with this status, for a test's message.
std::string listed(const std::vector<Verdict>& verdicts, Status status);
bool any(const std::vector<Verdict>& verdicts, Status status);

}  // namespace bftp::judge::testing
