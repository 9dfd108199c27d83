#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace bftp::server {

/// Bytes that things of one kind may take together in this process. It only counts; who asks has the memory
/// itself. Any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) : limit_bytes_(limit_bytes), left_bytes_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// What one thing takes, until it is destroyed. Used by one thread at a time; the budget lives longer.
  class Share {
   public:
    explicit Share(MemoryBudget& budget) : budget_(&budget) {}
    Share(Share&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { budget_->left_bytes_ += bytes_; }

    /// So that it has `bytes` altogether; never less than before. False: there are not as many left, and
    /// nothing has changed.
    bool grow_to(std::size_t bytes);
    /// What all shares may have together.
    std::size_t limit_bytes() const { return budget_->limit_bytes_; }

   private:
    MemoryBudget* budget_;
    std::size_t bytes_ = 0;
  };

 private:
  bool take(std::size_t bytes);

  std::size_t limit_bytes_;
  std::atomic<std::size_t> left_bytes_;
};

}  // namespace bftp::server
