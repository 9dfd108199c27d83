#include "client_under_test/worker/local_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cassert>
#include <utility>

namespace bftp::client::worker {

protocol::Result<LocalFile> LocalFile::open(const std::string& path, std::uint64_t size) {
  LocalFile file;
  file.fd_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.fd_) return protocol::system_error("cannot open the local copy " + path);
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0)
    return protocol::system_error("cannot look at the local copy " + path);
  if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != size) {
    return protocol::Error{protocol::ErrorKind::invalid_input,
                           fmt::format("the local copy {} is not a regular file of {} bytes", path, size)};
  }
  if (size == 0) return file;
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd(), 0);
  if (start == MAP_FAILED) return protocol::system_error("cannot map the local copy " + path);
  file.start_ = static_cast<std::byte*>(start);
  file.size_ = static_cast<std::size_t>(size);
  return file;
}

LocalFile::~LocalFile() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

void LocalFile::drop(std::uint64_t from, std::uint64_t to) const {
  constexpr std::uint64_t page = 4096;
  const std::uint64_t first = from / page * page;
  assert(to <= size_);
  if (first < to) ::madvise(start_ + first, static_cast<std::size_t>(to - first), MADV_DONTNEED);
}

void LocalFile::swap(LocalFile& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
}

}  // namespace bftp::client::worker
