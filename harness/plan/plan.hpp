#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/connection.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::plan {

enum class ServerKind : std::uint8_t { reference, command, attached };

/// The server under test.
struct ServerSpec {
  ServerKind kind = ServerKind::reference;
  std::string command;  ///< the template as the user wrote it; for `reference` what we made of it
  std::vector<std::string> argv_template;  ///< split like a shell would; {host} {port} {root} still in it
  std::string model;                       ///< reference only: iterative, fork, thread, pool, epoll
  protocol::Endpoint attach_to;            ///< attached only
  std::optional<std::int32_t> pid;         ///< attached only: whose resources to sample
  std::string dialect = "bftp";
  std::string user;  ///< of dialects with a login; empty: anonymous
  std::string password;
  std::string ca_file;  ///< of encrypted dialects: PEM, whom to trust; empty: the system's authorities
  double ready_timeout_s = 20;  ///< from spawn to LISTEN
  double stop_timeout_s = 5;    ///< from SIGTERM to exit (clause 6.3), then SIGKILL
  std::uint64_t output_max_bytes =
      8u << 20;  ///< of server.out and of server.err each; the rest is counted and dropped
  std::uint64_t temporary_max_bytes = 1u << 30;  ///< in its TMPDIR; beyond it the run is ended
  /// That its processes may hold together, pages of files left out; beyond it the server is ended. Never more
  /// than three quarters of the machine's.
  std::uint64_t memory_max_bytes = 8ull << 30;
  friend bool operator==(const ServerSpec&, const ServerSpec&) = default;
};

/// The clients: `count` processes, each with one connection at a time.
struct ClientSpec {
  std::uint32_t count = 4;           ///< 1 to 1024
  bool lasting_connections = false;  ///< one connection for all of a worker's transfers, else one for each
  protocol::Verify verify = protocol::Verify::sha256;
  double transfer_deadline_s = 30;
  std::uint64_t arena_bytes = 32u << 20;
  std::string worker_command;  ///< empty: the bftp-worker beside our own executable
  std::string command;         ///< of an external client, as the user wrote it; empty: the worker itself
  std::vector<std::string> argv_template;  ///< split; {host} {port} {remote} {local} {op} still in it
  friend bool operator==(const ClientSpec&, const ClientSpec&) = default;
};

/// Limits of the checks by id and name, e.g. {"uniformity.tail", "p99_over_p50_max"} -> 20. The judge's
/// checks declare names, units and defaults; a plan file's [limits."uniformity.tail"] tables override them.
using Limits = std::map<std::string, std::map<std::string, double>>;

/// What a run will do: checked, seeded, immutable. Made by make_plan() alone; everything later takes it as
/// const.
struct Plan {
  std::string name = "run";
  std::string profile = "standard";  ///< smoke, standard, torture
  std::uint64_t seed = 1;
  std::vector<std::string> suites = {"transfer"};
  /// Ids of torture cases: these and nothing else, whatever the suites, which still say how strictly a case
  /// is judged that no clause demands. Empty: all of the suites.
  std::vector<std::string> only;
  /// Ways in which the reference server misbehaves towards the client, of suite `client`; empty: that suite
  /// does not run.
  std::vector<std::string> server_behaviours;
  /// What is looked at once the rounds are over, by the names in phases.hpp; `all` or `none` alone.
  std::vector<std::string> phases = {"all"};
  ServerSpec server;
  ClientSpec clients;
  std::uint32_t iterations = 100;  ///< of each client, over every fixture and op; 1 to 10,000,000
  /// Of each client over fixtures of `large_fixture_bytes` and more, so that all clients together move a
  /// large file about as often as one client moves a small one; 0: as `iterations`. At most `iterations`.
  std::uint32_t large_iterations = 0;
  std::uint32_t rounds = 10;  ///< the iterations are spread over so many rounds, quiet point after each
  std::vector<std::string> fixtures;  ///< names, in order; never empty
  std::vector<protocol::Op> ops = {protocol::Op::get, protocol::Op::put};
  std::optional<double> rate_per_s;  ///< open loop: transfers per second over all clients together
  /// A server that is too slow to do its iterations in so long (the rounds of a pass, those of the control
  /// arm included) has fewer of them in each round; 0: all, however long it takes.
  double pass_time_s = 0;
  double sample_rate_hz = 10;
  double idle_s = 2;                 ///< quiet seconds over which idle CPU is judged
  double rest_s = 0;                 ///< seconds without work half way through the rounds; 0: leave out
  double stall_s = 2;                ///< seconds with a client that does not read; 0: leave out
  double settle_s = 5;               ///< at most so long to wait for handles to return at the end
  std::optional<double> max_time_s;  ///< end the run in order after so long
  bool control = true;            ///< run the reference server beside the server under test, to compare with
  bool until_conclusive = false;  ///< run more rounds while a check says that they would settle it
  std::uint64_t db_csv_bytes = 64u << 20;  ///< 1 KiB to 8 GiB
  Limits limits;
  /// Checks and cases whose failure is known and accepted, with the reason: they warn in place of failing.
  std::map<std::string, std::string> waivers;
  std::string reports_folder = "reports";
  std::string command_line;  ///< how to see it again
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// From this size on a fixture counts as large.
inline constexpr std::uint64_t large_fixture_bytes = 16ull << 20;

/// Iterations of each client over a fixture of `bytes`.
inline std::uint32_t iterations_over(const Plan& plan, std::uint64_t bytes) {
  return bytes >= large_fixture_bytes && plan.large_iterations > 0 ? plan.large_iterations : plan.iterations;
}

/// Somebody else's client is under test, or ours on a server that misbehaves.
inline bool tries_client(const Plan& plan) {
  return plan.only.empty() && (!plan.clients.command.empty() || !plan.server_behaviours.empty());
}

/// Whether the plan names a suite, or all of them.
inline bool runs_suite(const Plan& plan, const std::string& suite) {
  for (const auto& name : plan.suites)
    if (name == suite || name == "all") return true;
  return false;
}

/// Whether the plan has that phase (phases.hpp).
inline bool runs_phase(const Plan& plan, std::string_view phase) {
  for (const auto& name : plan.phases)
    if (name == phase || name == "all") return true;
  return false;
}

/// Whether files are transferred: not where cases were asked for by name.
inline bool runs_transfers(const Plan& plan) {
  return plan.only.empty() && runs_suite(plan, "transfer");
}

}  // namespace bftp::plan
