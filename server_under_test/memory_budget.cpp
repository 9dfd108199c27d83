#include "server_under_test/memory_budget.hpp"

namespace bftp::server {

bool MemoryBudget::take(std::size_t bytes) {
  std::size_t left = left_bytes_;
  while (left >= bytes)
    if (left_bytes_.compare_exchange_weak(left, left - bytes)) return true;
  return false;
}

bool MemoryBudget::Share::grow_to(std::size_t bytes) {
  if (bytes <= bytes_) return true;
  if (!budget_->take(bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

}  // namespace bftp::server
