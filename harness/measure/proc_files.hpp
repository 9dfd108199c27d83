#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "processes/tcp_sockets.hpp"

namespace bftp::measure {

/// A file of /proc or of a cgroup that is read again and again.
class ProcFile {
 public:
  virtual ~ProcFile() = default;
  /// Its content now, from the start, into `buffer`; longer content is cut. Nothing once what it describes is
  /// gone: an open file of /proc/PID stays bound to its process and never shows another one that got the same
  /// id.
  virtual std::optional<std::string_view> read(std::span<char> buffer) = 0;
};

/// A folder whose entries are counted again and again.
class ProcFolder {
 public:
  virtual ~ProcFolder() = default;
  virtual std::optional<std::uint32_t> entries() = 0;
};

/// Counts something from when it was made on.
class EventCounter {
 public:
  virtual ~EventCounter() = default;
  virtual std::optional<double> total() = 0;  ///< nothing once it cannot be read any more
};

/// All that measuring touches of the operating system: files, clocks, one question to the network stack.
/// Faked in tests by literal texts. Not thread-safe.
class ProcFiles {
 public:
  virtual ~ProcFiles() = default;
  virtual std::unique_ptr<ProcFile> open(const std::string& path) = 0;           ///< null if there is none
  virtual std::unique_ptr<ProcFolder> open_folder(const std::string& path) = 0;  ///< null if there is none
  virtual std::vector<std::string> list(const std::string& path) = 0;  ///< names; empty if there is none
  virtual std::optional<std::string> read_link(const std::string& path) = 0;
  /// CPU time of a whole process in seconds at ns resolution (clock_getcpuclockid(3)); also of a zombie.
  virtual std::optional<double> cpu_clock_s(int pid) = 0;
  /// Hardware instructions of these threads, and of what they start from now on; null if nobody counts them.
  virtual std::unique_ptr<EventCounter> count_instructions(std::span<const int> threads) = 0;
  /// Sockets in CLOSE_WAIT of this network namespace; nothing if the system does not tell.
  virtual std::optional<std::vector<processes::TcpSocket>> close_wait() = 0;
  /// Has HotSpot collect all garbage of that process (HotspotAttach::collect()). False where it cannot be
  /// had. May be called while another thread is in any of the others.
  virtual bool collect_hotspot(int pid, std::chrono::milliseconds patience) = 0;

  /// A file's text at once, at most 1 MiB.
  std::optional<std::string> read(const std::string& path);
};

/// The real one.
std::unique_ptr<ProcFiles> make_proc_files();

}  // namespace bftp::measure
