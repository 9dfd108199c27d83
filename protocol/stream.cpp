#include <poll.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <optional>

#include "protocol/conversation.hpp"

namespace bftp::protocol {

namespace {

/// On the stack rather than the heap: its pages stay mapped from one stream to the next. Not initialised on
/// purpose.
using CopyBuffer = std::array<std::byte, copy_buffer_size>;

std::span<std::byte> first_of(CopyBuffer& buffer, std::uint64_t left) {
  return std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size())));
}

Result<void> write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write the file");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

/// Takes `size` bytes in blocks and hands each to `use`, a function of a span that returns Result<void>.
template <class Use>
Result<void> receive_blocks(Connection& from, std::uint64_t size, Clock::duration idle, std::uint64_t& taken,
                            Use use) {
  CopyBuffer buffer;
  taken = 0;
  while (taken < size) {
    const auto got = from.receive_some(first_of(buffer, size - taken), Deadline::after(idle));
    if (!got) return got.error();
    if (*got == 0) {
      return Error{ErrorKind::closed, "the peer closed the connection after " + std::to_string(taken) +
                                          " of " + std::to_string(size) + " bytes"};
    }
    taken += *got;
    if (auto used = use(std::span<const std::byte>(buffer).first(*got)); !used) return used;
  }
  return {};
}

Error shrank(std::uint64_t missing) {
  return {ErrorKind::closed, "the file shrank: " + std::to_string(missing) + " bytes are missing at its end"};
}

/// What the kernel offers room for again is a third of its send buffer, which may have grown to megabytes: a
/// slow peer needs longer for that than it may stand still. So what its kernel has acknowledged counts as
/// well.
bool has_taken_some(int fd, const std::optional<int>& before) {
  const auto now = unacknowledged_bytes(fd);
  return before && now && *now < *before;
}

/// Until there is room to send, or the peer has taken nothing until `deadline`, which begins anew if it has.
Result<void> wait_for_room(int fd, Deadline& deadline, Clock::duration idle) {
  const auto before = unacknowledged_bytes(fd);
  auto ready = wait_for(fd, POLLOUT, deadline, "the peer took nothing");
  if (ready || ready.error().kind != ErrorKind::deadline || !has_taken_some(fd, before)) return ready;
  deadline = Deadline::after(idle);
  return {};
}

/// For files that sendfile does not take. `size`: what is left to send, counted down.
Result<void> send_by_copying(Connection& to, int file, std::uint64_t offset, std::uint64_t& size,
                             Clock::duration idle) {
  CopyBuffer buffer;
  while (size > 0) {
    const ssize_t got =
        ::pread(file, buffer.data(), first_of(buffer, size).size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read the file");
    if (got == 0) return shrank(size);
    const std::string_view block(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(got));
    offset += block.size();
    std::uint64_t sent = 0;
    auto done = send_moving(to, block, idle, sent, size > block.size());
    size -= sent;
    if (!done) return done;
  }
  return {};
}

bool not_for_sendfile(int code) {
  return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == ESPIPE;
}

/// `size`: what is left to send, counted down.
Result<void> send_by_kernel(Connection& to, int file, std::uint64_t offset, std::uint64_t& size,
                            Clock::duration idle) {
  // The kernel passes at most this much in one call anyway (sendfile(2), "Notes").
  constexpr std::uint64_t one_call_max = 0x7ffff000;
  auto at = static_cast<off_t>(offset);
  Deadline deadline = Deadline::after(idle);
  while (size > 0) {
    to.bound_sends(deadline);
    const ssize_t sent =
        ::sendfile(to.fd(), file, &at, static_cast<std::size_t>(std::min(size, one_call_max)));
    if (sent > 0) {
      size -= static_cast<std::uint64_t>(sent);
      deadline = Deadline::after(idle);
    } else if (sent == 0) {
      return shrank(size);
    } else if (not_for_sendfile(errno)) {
      return send_by_copying(to, file, static_cast<std::uint64_t>(at), size, idle);
    } else if (errno != EINTR && errno != EAGAIN) {
      return system_error("cannot send the file");
    } else if (auto ready = wait_for_room(to.fd(), deadline, idle); !ready) {
      return ready;
    }
  }
  return {};
}

}  // namespace

Result<void> send_moving(Connection& to, std::string_view bytes, Clock::duration idle, std::uint64_t& sent,
                         bool more) {
  std::optional<int> at_half_time;  // what was unacknowledged then; only who waits that long asks for it
  while (!bytes.empty()) {
    const auto some = to.send_some(std::as_bytes(std::span(bytes)), Deadline::after(idle / 2), more);
    if (some) {
      bytes.remove_prefix(*some);
      sent += *some;
      at_half_time.reset();
      continue;
    }
    const bool may_go_on =
        some.error().kind == ErrorKind::deadline && (!at_half_time || has_taken_some(to.fd(), at_half_time));
    if (!may_go_on) return some.error();
    at_half_time = unacknowledged_bytes(to.fd());
    if (!at_half_time) return some.error();
  }
  return {};
}

Result<void> receive_to_file(Connection& from, int file, std::uint64_t size, Clock::duration idle,
                             std::uint64_t* taken, const std::function<void(std::size_t)>& watch) {
  std::uint64_t count = 0;
  auto done = receive_blocks(from, size, idle, count, [&](auto block) {
    auto written = write_all(file, block);
    if (written && watch) watch(block.size());
    return written;
  });
  if (taken != nullptr) *taken = count;
  return done;
}

Result<void> receive_and_discard(Connection& from, std::uint64_t size, Clock::duration idle) {
  std::uint64_t count = 0;
  return receive_blocks(from, size, idle, count, [](auto) { return Result<void>(); });
}

Result<void> send_from_file(Connection& to, int file, std::uint64_t offset, std::uint64_t size,
                            Clock::duration idle, std::uint64_t* sent) {
  std::uint64_t left = size;
  auto done = send_by_kernel(to, file, offset, left, idle);
  if (sent != nullptr) *sent = size - left;
  return done;
}

}  // namespace bftp::protocol
