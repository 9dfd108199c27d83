#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::worker {

/// The worker's own copy of a fixture, mapped for reading. Nobody writes these files while a run lasts.
/// Move-only.
class LocalFile {
 public:
  /// Errors: invalid_input when it is no regular file of `size` bytes; not_found; system.
  static protocol::Result<LocalFile> open(const std::string& path, std::uint64_t size);

  LocalFile() = default;
  LocalFile(LocalFile&& other) noexcept { swap(other); }
  LocalFile& operator=(LocalFile&& other) noexcept {
    swap(other);
    return *this;
  }
  ~LocalFile();

  int fd() const { return fd_.get(); }
  std::span<const std::byte> bytes() const { return {start_, size_}; }

  /// Unmaps the pages of [from, to) until they are touched again, so that walking through a large file does
  /// not count as resident memory of the worker.
  void drop(std::uint64_t from, std::uint64_t to) const;

 private:
  void swap(LocalFile& other) noexcept;

  protocol::UniqueFd fd_;
  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace bftp::client::worker
