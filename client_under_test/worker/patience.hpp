#pragma once

#include <algorithm>
#include <cstdint>

#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// How long a worker goes on waiting for one server that has let it wait in vain. A server that loses the
/// last byte of every file would cost a whole deadline for each transfer, and teach nothing after the first
/// ones.
///
/// Two transfers get their whole deadline; the second a sixth of it as long as nothing has ever come to its
/// end, since that server hangs rather than stumbles. After that a server which sends nothing for
/// `silence_ns()` has failed: a second, or four times the longest good transfer if that is more, so that a
/// slow server, or one that serves others first, is given what it has needed so far. Pure; one thread.
class Patience {
 public:
  explicit Patience(std::int64_t limit_ns) : limit_ns_(limit_ns), silence_ns_(limit_ns) {}

  /// Longest wait for the next byte. The whole deadline at first, never more.
  std::int64_t silence_ns() const { return silence_ns_; }
  /// How long bytes beyond the file's size are taken, in all: the transfer has failed already.
  std::int64_t rest_ns() const {
    return std::min(silence_ns_, rests_in_vain_ < vain_max ? long_rest_ns : short_rest_ns);
  }
  bool is_short() const { return silence_ns_ < limit_ns_; }

  /// After each transfer, which took `elapsed_ns`, failed or not.
  void note(const protocol::WorkerRecord& record, std::int64_t elapsed_ns) {
    using protocol::TransferError;
    if (record.error == TransferError::none) longest_good_ns_ = std::max(longest_good_ns_, elapsed_ns);
    const bool was_silent =
        record.error == TransferError::deadline || record.error == TransferError::connect_failed;
    if (was_silent && elapsed_ns >= silence_ns_) ++waits_in_vain_;
    const bool was_too_much =
        record.error == TransferError::wrong_size || record.error == TransferError::too_long;
    if (was_too_much && !record.transfer_ns && elapsed_ns >= rest_ns()) ++rests_in_vain_;
    silence_ns_ = std::min(limit_ns_, patience_left_ns());
  }

 private:
  static constexpr std::uint32_t vain_max = 2;
  static constexpr std::int64_t silence_min_ns = 1'000'000'000;
  static constexpr std::int64_t longest_good_times = 4;
  static constexpr std::int64_t second_share = 6;
  static constexpr std::int64_t long_rest_ns = 1'000'000'000;
  static constexpr std::int64_t short_rest_ns = 10'000'000;

  std::int64_t patience_left_ns() const {
    if (waits_in_vain_ >= vain_max) return std::max(silence_min_ns, longest_good_times * longest_good_ns_);
    const bool nothing_ever_came = waits_in_vain_ > 0 && longest_good_ns_ == 0;
    return nothing_ever_came ? std::max(silence_min_ns, limit_ns_ / second_share) : limit_ns_;
  }

  std::int64_t limit_ns_;
  std::int64_t silence_ns_;
  std::int64_t longest_good_ns_ = 0;
  std::uint32_t waits_in_vain_ = 0;
  std::uint32_t rests_in_vain_ = 0;
};

}  // namespace bftp::client::worker
