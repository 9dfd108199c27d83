#include "server_under_test/splice_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace bftp::server {

SplicePipe::SplicePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  reads_ = protocol::UniqueFd(ends[0]);
  writes_ = protocol::UniqueFd(ends[1]);
  // A user may have too many large pipes already; then a small one does, if more slowly.
  static_cast<void>(::fcntl(writes_.get(), F_SETPIPE_SZ, static_cast<int>(size_wanted)));
}

ssize_t SplicePipe::fill(int socket, std::size_t most) {
  return ::splice(socket, nullptr, writes_.get(), nullptr, most, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
}

std::size_t SplicePipe::empty_into(int file, std::size_t held) {
  std::size_t done = 0;
  while (done < held) {
    const ssize_t moved = ::splice(reads_.get(), nullptr, file, nullptr, held - done, SPLICE_F_MOVE);
    if (moved > 0) {
      done += static_cast<std::size_t>(moved);
    } else if (moved == 0 || errno != EINTR) {
      break;
    }
  }
  return done;
}

std::size_t SplicePipe::read(std::span<std::byte> into) {
  for (;;) {
    const ssize_t got = ::read(reads_.get(), into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return 0;
  }
}

}  // namespace bftp::server
