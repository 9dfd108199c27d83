#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "server_under_test/stop.hpp"

namespace bftp::server {

/// Bounds the bytes of all files below the root (`--quota`). Keeps count as requests come, and counts the
/// files anew before it refuses anybody, because others may have changed them; where that takes milliseconds,
/// not more often than so that it takes a tenth of the time, since nobody else is served by that thread
/// meanwhile. The counters live in memory that forked children share. Any thread, any child process.
class Quota {
 public:
  /// `root` is the root's descriptor, owned by the caller. 0 for `limit_bytes` means that there is no bound,
  /// and then nothing is counted. `stop`, if given, ends the count early: nobody is going to be served then.
  Quota(int root, std::uint64_t limit_bytes, const Stop* stop = nullptr);
  ~Quota();
  Quota(const Quota&) = delete;
  Quota& operator=(const Quota&) = delete;

  bool is_bounded() const { return counters_ != nullptr; }

  /// Promises room for an upload. False: there is none. A promise ends by kept() or by broken().
  bool promise(std::uint64_t bytes);
  void kept(std::uint64_t bytes, std::uint64_t replaced_bytes);
  void broken(std::uint64_t bytes);
  /// A file was deleted.
  void freed(std::uint64_t bytes);

 private:
  struct Counters {
    std::atomic<std::int64_t> stored_bytes;
    std::atomic<std::int64_t> promised_bytes;
    std::atomic<std::int64_t> next_count_ns;  ///< CLOCK_MONOTONIC: when the files may be counted again
  };
  bool fits() const;
  void count_anew();

  int root_;
  std::int64_t limit_bytes_;
  Counters* counters_ = nullptr;  ///< a shared mapping; null without a bound
};

/// Sum of the sizes of all regular files below the folder `root`, uploads in progress left out. `stop`, if
/// given, ends the count.
std::uint64_t stored_bytes(int root, const Stop* stop = nullptr);

}  // namespace bftp::server
