#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "client_under_test/worker/clock.hpp"
#include "client_under_test/worker/copy_checker.hpp"

namespace bftp::client::worker {

/// Takes one answer and the copy behind it out of the socket's hands: into memory where it stays until the
/// block's end, piece by piece into a checker, or nowhere. Lives for one transfer.
class Intake {
 public:
  enum class Policy : std::uint8_t {
    keep,     ///< the copy stays in memory; one that is larger than the memory is checked window by window
    compare,  ///< each piece is checked as it comes
    discard,
  };
  static constexpr std::size_t receive_max_bytes = 256u << 10;

  /// `memory` holds at least 256 KiB. `local` may be null unless the policy is `compare`. All outlive the
  /// intake.
  Intake(std::span<std::byte> memory, Policy policy, const protocol::WorkerFixture& fixture,
         const LocalFile* local)
      : memory_(memory), policy_(policy), fixture_(fixture), local_(local) {}

  /// Where the next receive may write; never empty. Hands a full window on first, with the watch stopped.
  std::span<std::byte> room(Stopwatch& watch) {
    if (used_ == memory_.size()) watch.leave_out_with_cpu([this] { pass_on(); });
    return memory_.subspan(used_, std::min(memory_.size() - used_, receive_max_bytes));
  }
  void took(std::size_t bytes) { used_ += bytes; }

  /// Everything so far, while the answer is still being read.
  std::string_view answer() const { return {reinterpret_cast<const char*>(memory_.data()), used_}; }
  /// The answer is over; its content begins behind `bytes` and has `size` bytes, if that is known.
  void content_begins(std::size_t bytes, std::optional<std::uint64_t> size) {
    begin_ = decoded_ = bytes;
    size_ = size;
    has_content_ = true;
  }

  /// For a content that comes in a transfer coding: `decode` takes the bytes that came since the last call,
  /// moves their content to the front and returns how much that is. With the watch stopped, so that a server
  /// that codes is measured like one that does not.
  template <class Decode>
  void decode(Decode&& decode, Stopwatch& watch) {
    watch.leave_out([&] {
      decoded_ += decode(memory_.subspan(decoded_, used_ - decoded_));
      used_ = decoded_;
    });
  }

  /// Content that came, with what came beyond its announced size.
  std::uint64_t content_bytes() const { return has_content_ ? passed_ + (used_ - begin_) : 0; }

  /// Between two receives. `keep` leaves everything in place.
  void digest_piece(Stopwatch& watch) {
    if (policy_ == Policy::keep) return;
    if (policy_ == Policy::compare) {
      watch.leave_out([this] { pass_on(); });
    } else {
      pass_on();
    }
  }

  /// After the transfer, outside its window: what the checker has not yet seen goes there, unless all is kept
  /// in memory.
  void finish() {
    if (has_content_ && !is_kept()) pass_on();
  }

  /// The whole copy lies in kept() and the checker has seen nothing.
  bool is_kept() const { return policy_ == Policy::keep && passed_ == 0; }
  std::span<const std::byte> kept() const { return memory_.subspan(begin_, wanted(used_ - begin_)); }
  /// Memory that a kept copy occupies.
  std::size_t kept_end() const { return used_; }
  /// Of a copy that is neither kept nor discarded, after finish(); see CopyChecker::finish().
  CheckedCopy result(bool whole) { return checker().finish(whole); }

 private:
  CopyChecker& checker() {
    if (!checker_) checker_.emplace(fixture_, local_, hashed_by(policy_));
    return *checker_;
  }
  static protocol::Verify hashed_by(Policy policy) {
    return policy == Policy::compare ? protocol::Verify::bytes : protocol::Verify::sha256;
  }
  /// The part of `bytes` that belongs to the content.
  std::size_t wanted(std::size_t bytes) const {
    if (!size_) return bytes;
    return static_cast<std::size_t>(std::min<std::uint64_t>(bytes, *size_ - std::min(*size_, passed_)));
  }
  void pass_on() {
    const auto piece = memory_.subspan(begin_, used_ - begin_);
    if (policy_ != Policy::discard) checker().feed(piece.first(wanted(piece.size())));
    passed_ += piece.size();
    begin_ = decoded_ = used_ = 0;
  }

  std::span<std::byte> memory_;
  Policy policy_;
  const protocol::WorkerFixture& fixture_;
  const LocalFile* local_;
  std::optional<CopyChecker> checker_;  ///< made when the first piece goes there, with the watch stopped
  std::size_t used_ = 0;
  std::size_t begin_ = 0;
  std::size_t decoded_ = 0;  ///< how far a transfer coding is taken off
  std::uint64_t passed_ = 0;
  std::optional<std::uint64_t> size_;
  bool has_content_ = false;
};

}  // namespace bftp::client::worker
