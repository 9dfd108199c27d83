#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/result.hpp"

namespace bftp::client::worker {

/// Anonymous memory for received copies, all of it touched before the first transfer, so that no page fault
/// falls into a timed window. Owns its mapping; move-only.
class Arena {
 public:
  /// Errors: system (ENOMEM).
  static protocol::Result<Arena> map(std::uint64_t bytes);

  Arena() = default;
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Arena();

  std::span<std::byte> memory() const { return {start_, size_}; }

 private:
  void swap(Arena& other) noexcept;

  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace bftp::client::worker
