#include "harness/launch/guard/packet_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace bftp::launch::guard {
namespace {

using protocol::Deadline;
using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::system_error;
using protocol::UniqueFd;

constexpr std::size_t descriptors_max = 3;

Result<void> wait_for(int socket, short events, const Deadline& deadline) {
  while (true) {
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, deadline.poll_timeout_ms());
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("waiting for the guard's socket");
    if (ready == 0 && deadline.expired())
      return Error{ErrorKind::deadline, "the guard's socket stayed silent past the deadline", 0};
  }
}

void take_descriptors(msghdr& header, std::vector<UniqueFd>& into) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
      into.emplace_back(descriptor);
    }
  }
}

}  // namespace

Result<void> send_packet(int socket, const Message& message, std::span<const int> descriptors,
                         const Deadline& deadline) {
  std::string text = encode(message);
  if (text.size() > message_size_max)
    return Error{ErrorKind::too_long, "a command line with its environment takes more than 128 KiB", 0};
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<unsigned char, CMSG_SPACE(descriptors_max * sizeof(int))> space{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = space.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(control), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return system_error("sending to the guard's socket");
    if (auto ready = wait_for(socket, POLLOUT, deadline); !ready) return ready;
  }
  return {};
}

Result<Packet> receive_packet(int socket, const Deadline& deadline) {
  std::string buffer(message_size_max, '\0');
  alignas(cmsghdr) std::array<unsigned char, CMSG_SPACE(descriptors_max * sizeof(int))> space{};
  iovec part{buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ssize_t size = -1;
  do {
    header.msg_control = space.data();
    header.msg_controllen = space.size();
    size = ::recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return system_error("receiving from the guard's socket");
    if (auto ready = wait_for(socket, POLLIN, deadline); !ready) return ready.error();
    errno = EAGAIN;
  } while (size < 0);
  Packet packet;
  take_descriptors(header, packet.descriptors);
  if (size == 0) return Error{ErrorKind::closed, "the guard's socket was closed", 0};
  auto message = parse(std::string_view(buffer).substr(0, static_cast<std::size_t>(size)));
  if (!message) return message.error();
  packet.message = std::move(*message);
  return packet;
}

}  // namespace bftp::launch::guard
