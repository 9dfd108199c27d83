#include "client_under_test/worker/arena.hpp"

#include <sys/mman.h>

#include <utility>

namespace bftp::client::worker {

protocol::Result<Arena> Arena::map(std::uint64_t bytes) {
  void* start =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (start == MAP_FAILED) {
    return protocol::system_error("cannot get " + std::to_string(bytes) +
                                  " bytes of memory for received copies");
  }
  Arena arena;
  arena.start_ = static_cast<std::byte*>(start);
  arena.size_ = static_cast<std::size_t>(bytes);
  return arena;
}

Arena::~Arena() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

void Arena::swap(Arena& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
}

}  // namespace bftp::client::worker
