#pragma once

#include <sys/types.h>

#include <cstdint>

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

  bool is_bounded() const { return shared_ != nullptr; }

  /// While it lives, no other thread or child changes what is counted. Looking how large a file is, replacing
  /// or removing it, and telling so below have to be one step: else two that replace the same file both take
  /// its size off. Costs nothing without a bound. A child that is killed within a step does not block others.
  class Step {
   public:
    explicit Step(Quota& quota);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Quota& quota_;
  };

  /// Promises room for an upload. False: there is none. A promise ends by kept() or by broken(), in the same
  /// process, or by process_ended().
  bool promise(std::uint64_t bytes);
  void broken(std::uint64_t bytes);
  /// The upload is in place, where `replaced_bytes` were before.
  void kept(const Step&, std::uint64_t bytes, std::uint64_t replaced_bytes);
  /// A file was deleted.
  void freed(const Step&, std::uint64_t bytes);
  /// A file or folder has another place, where `replaced_bytes` were before.
  void moved(const Step&, std::uint64_t replaced_bytes);
  /// The forked child is gone: what it was promised is nobody's.
  void process_ended(pid_t child);

 private:
  struct Shared;
  bool try_promise(std::uint64_t bytes);
  bool note_promise(std::int64_t bytes);
  void end_promise(std::int64_t bytes);
  std::int64_t promised_bytes() const;
  void count_anew();

  int root_;
  std::int64_t limit_bytes_;
  pid_t owner_;               ///< the process that children are forked from
  Shared* shared_ = nullptr;  ///< a shared mapping; null without a bound
};

/// Sum of the sizes of all regular files below the folder `root`, uploads in progress left out. `stop`, if
/// given, ends the count.
std::uint64_t stored_bytes(int root, const Stop* stop = nullptr);

}  // namespace bftp::server
