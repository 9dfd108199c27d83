#include "server_under_test/sources.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace bftp::server {

std::size_t FileSource::read(std::span<std::byte> into) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - done_));
  for (;;) {
    const ssize_t got = ::pread(file_.get(), into.data(), wanted, static_cast<off_t>(offset_ + done_));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    done_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
}

std::size_t TextSource::read(std::span<std::byte> into) {
  const auto size = std::min(into.size(), text_.size() - done_);
  std::memcpy(into.data(), text_.data() + done_, size);
  done_ += size;
  return size;
}

}  // namespace bftp::server
