#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bftp::protocol {

/// A client that somebody else wrote: a command that makes one transfer and ends. Part of a worker's job.
struct ExternalClient {
  std::string file;  ///< absolute path of the executable
  std::vector<std::string>
      argv;  ///< {host} {port} {remote} {local} {op} to be filled in, see command_words.hpp
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string scratch_folder;            ///< each transfer gets a fresh folder in it, and works there
  std::uint64_t memory_bytes_max = 0;    ///< RLIMIT_AS of each of its processes; 0: none
  std::uint32_t processes_max = 256;     ///< at once; beyond it is killed
};

/// How an external client ended, and what it left. Part of a worker's record.
struct ClientEnd {
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool killed = false;      ///< by us: at its deadline, or because it went beyond a bound
  std::int64_t cpu_ns = 0;  ///< of it and of all children that it waited for (wait4(2))
  /// Largest resident set of one of its processes. None if it was below what can be told apart from the
  /// worker's own.
  std::optional<std::uint64_t> rss_peak_bytes;
  bool file = false;                 ///< something lies under {local}
  std::uint64_t file_bytes = 0;      ///< of it
  std::uint32_t others_left = 0;     ///< further files and folders in its working folder
  std::string other_left;            ///< name of one of them, escaped
  std::uint32_t processes_left = 0;  ///< alive after it had ended; they were killed
  std::uint64_t output_bytes = 0;    ///< printed, on both streams together
  std::string said;                  ///< the end of it, escaped, at most said_bytes_max bytes
  static constexpr std::size_t said_bytes_max = 240;
};

}  // namespace bftp::protocol
