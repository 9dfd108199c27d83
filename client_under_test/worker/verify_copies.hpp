#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "client_under_test/worker/copy_checker.hpp"

namespace bftp::client::worker {

/// A received copy that lies in the arena, and after verify_copies() what it is.
struct KeptCopy {
  std::size_t record = 0;  ///< index of its record
  const protocol::WorkerFixture* fixture = nullptr;
  const LocalFile* local = nullptr;  ///< may be null
  std::span<const std::byte> bytes;
  CheckedCopy result;
};

/// Checks every copy, by `threads` threads (this one included) when there is enough to do. Returns when all
/// are done.
void verify_copies(std::span<KeptCopy> copies, std::uint32_t threads);

}  // namespace bftp::client::worker
