#pragma once

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "protocol/connection.hpp"
#include "protocol/conversation.hpp"

/// Peers that deliver bytes in a certain way, for the tests of this room.
namespace bftp::protocol::testing {

/// Long enough for a loaded machine under a sanitizer; a healthy test never waits for it.
inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(30));
}
inline constexpr Clock::duration patience = std::chrono::seconds(30);

struct Pair {
  Connection ours;
  Connection theirs;
};

inline Pair socket_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0)
    throw std::runtime_error("socketpair");
  return {Connection(UniqueFd(fds[0])), Connection(UniqueFd(fds[1]))};
}

/// Over TCP on loopback, for what a socketpair does not have: RST, MSG_MORE.
inline Pair tcp_pair() {
  auto listener = listen_on({"127.0.0.1", 0}).value();
  auto ours = connect_to(listener.endpoint, soon()).value();
  const int theirs = ::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC);
  if (theirs < 0) throw std::runtime_error("accept4");
  return {std::move(ours), Connection(UniqueFd(theirs))};
}

inline void finish(Connection& connection) {
  ::shutdown(connection.fd(), SHUT_WR);
}

/// Closes with RST: an unread SO_LINGER of zero seconds.
inline void reset(Connection& connection) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(connection.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  connection.close();
}

/// Sends `bytes` in pieces of `piece` bytes, each only when `reader` has taken the one before, so that every
/// border between pieces is a border between two reads. Ends early when the test is over.
class Drip {
 public:
  Drip(Connection& to, int reader, std::string bytes, std::size_t piece, bool then_finish = true)
      : thread_([&to, reader, bytes = std::move(bytes), piece, then_finish](const std::stop_token& stop) {
          for (std::size_t at = 0; at < bytes.size(); at += piece) {
            for (int unread = 1; ::ioctl(reader, FIONREAD, &unread) == 0 && unread > 0;) {
              if (stop.stop_requested()) return;
              std::this_thread::yield();
            }
            if (!send_all(to, std::string_view(bytes).substr(at, piece), soon())) return;
          }
          if (then_finish) finish(to);
        }) {}

 private:
  std::jthread thread_;
};

/// `size` bytes without a short period, the same each time.
inline std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 2463534242;  // xorshift32, Marsaglia 2003
  for (char& byte : bytes) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

}  // namespace bftp::protocol::testing
