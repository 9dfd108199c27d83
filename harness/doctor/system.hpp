#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bftp::doctor {

enum class Limit : std::uint8_t { open_files, processes };

/// What the kernel or its administrator may withhold. Each is tried, not guessed from a version.
enum class Feature : std::uint8_t {
  listen_on_loopback,
  openat2,
  pidfd,
  sock_diag,
  subreaper,
  instruction_counter,  ///< perf_event_open(2), hardware instructions of a process of ours
  ptrace,               ///< of a child of ours
  user_and_network_namespace,
};

enum class Folder : std::uint8_t { temporary, reports, fixtures };

struct Space {
  std::string path;  ///< the folder asked for, or the nearest above it that exists
  std::uint64_t free_bytes = 0;
  bool writable = false;
};

/// Which cgroups a server gets. From the harness's own guard, which makes them for each run.
struct Cgroups {
  bool v2_cpu = false;      ///< a v2 group of its own, with cpu.stat
  bool v1_cpuacct = false;  ///< a v1 group of its own, with cpuacct.usage
};

/// A short run of the reference server, block beside block, all of it the same: what differs is noise.
struct NoiseFloor {
  double difference_share = 0;  ///< median |ratio - 1| of neighbouring blocks' service times
  double pairs = 0;
};

/// All that the probes touch of the machine. Faked in tests. One thread. Unknown is nullopt.
class System {
 public:
  virtual ~System() = default;
  /// The hard limit, up to which we raise the soft one. UINT64_MAX: unlimited.
  virtual std::optional<std::uint64_t> limit(Limit limit) = 0;
  /// A file's text, at most 1 MiB.
  virtual std::optional<std::string> read(const std::string& path) = 0;
  virtual bool offers(Feature feature) = 0;
  /// Full path of a program in PATH.
  virtual std::optional<std::string> find_program(const std::string& name) = 0;
  virtual std::optional<Space> space(Folder folder) = 0;
  virtual unsigned cores() = 0;  ///< that we may run on
  virtual void sleep_ms(unsigned wait_ms) = 0;

  // What only the harness as a whole can tell; the message says why not.
  virtual std::optional<std::string>
  missing_helper() = 0;  ///< why bftpd, bftp-worker or bftp-guard cannot be had
  /// Fixtures of every run that the cache does not hold. Hashes those that nobody has verified.
  virtual std::vector<std::string> lacking_fixtures() = 0;
  virtual std::optional<Cgroups> cgroups() = 0;
  virtual std::optional<NoiseFloor> noise_floor() = 0;
};

}  // namespace bftp::doctor
