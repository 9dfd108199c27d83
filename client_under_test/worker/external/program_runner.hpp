#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Runs one program that we do not trust to its end, within bounds. The worker's seam to processes; faked in
/// tests.
namespace bftp::client::worker {

struct ProgramOrder {
  std::string file;  ///< absolute path
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string folder;                    ///< works here; what lies in it is watched
  std::int64_t time_ns_max = 0;          ///< then its whole tree is killed
  std::uint64_t file_bytes_max = 0;      ///< of each file (RLIMIT_FSIZE), and twice that of the whole folder
  std::uint64_t memory_bytes_max = 0;    ///< RLIMIT_AS of each process; 0: none
  std::uint32_t processes_max = 0;       ///< of its tree at once
};

/// Why we killed it.
enum class Killed : std::uint8_t { no, deadline, disk, processes };

struct ProgramEnd {
  std::string not_started;      ///< why it could not be started; empty: it was
  std::int64_t started_ns = 0;  ///< CLOCK_MONOTONIC, just before fork
  std::int64_t ended_ns = 0;    ///< as soon as the program itself was seen to have ended
  std::optional<int> exit_code;
  std::optional<int> signal;
  Killed killed = Killed::no;
  std::int64_t cpu_ns = 0;                      ///< of every process of its tree that has been waited for
  std::optional<std::uint64_t> rss_peak_bytes;  ///< see ClientEnd
  std::uint32_t processes_left = 0;             ///< that outlived it by 200 ms, and were killed
  std::uint64_t output_bytes = 0;               ///< read from both its streams
  std::string output_end;                       ///< the last output_kept_bytes of them

  static constexpr std::size_t output_kept_bytes = 4096;
};

class ProgramRunner {
 public:
  virtual ~ProgramRunner() = default;
  /// Blocks until the program and everything that descends from it is gone.
  virtual ProgramEnd run(const ProgramOrder& order) = 0;
};

/// The real one. Makes this process the subreaper of what it starts, so that a daemon is found and killed
/// too. One at a time in a process, which has no other children and runs no other thread while run() starts a
/// program.
std::unique_ptr<ProgramRunner> make_program_runner();

}  // namespace bftp::client::worker
