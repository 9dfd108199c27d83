#include "harness/measure/close_wait.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "protocol/unique_fd.hpp"

namespace bftp::measure {
namespace {

using protocol::UniqueFd;

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

bool ask(int socket, int family) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<__u8>(family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = 1u << TCP_CLOSE_WAIT;
  return ::send(socket, &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request);
}

enum class Part : std::uint8_t { more, last, failed };

Part read_part(const char* data, std::size_t size, std::vector<WaitingSocket>& into) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, data, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size || header.nlmsg_type == NLMSG_ERROR)
      return Part::failed;
    if (header.nlmsg_type == NLMSG_DONE) return Part::last;
    if (header.nlmsg_len >= sizeof header + sizeof(inet_diag_msg)) {
      inet_diag_msg message{};
      std::memcpy(&message, data + sizeof header, sizeof message);
      into.push_back({ntohs(message.id.idiag_sport), message.idiag_inode});
    }
    const std::size_t step = std::min<std::size_t>(size, (header.nlmsg_len + 3u) & ~3u);
    data += step;
    size -= step;
  }
  return Part::more;
}

bool dump(int socket, int family, std::vector<WaitingSocket>& into) {
  if (!ask(socket, family)) return false;
  std::array<char, 32 * 1024> buffer{};
  while (true) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    const Part part = read_part(buffer.data(), static_cast<std::size_t>(size), into);
    if (part != Part::more) return part == Part::last;
  }
}

std::optional<std::vector<WaitingSocket>> by_netlink() {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const timeval limit{1, 0};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0)
    return std::nullopt;
  std::vector<WaitingSocket> found;
  if (!dump(socket.get(), AF_INET, found)) return std::nullopt;
  // On a kernel without IPv6 the second question fails, and there is nothing to be found by it.
  [[maybe_unused]] const bool has_ipv6 = dump(socket.get(), AF_INET6, found);
  return found;
}

std::optional<std::vector<WaitingSocket>> by_proc() {
  std::vector<WaitingSocket> found;
  bool any = false;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    any = any || file.is_open();
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (const auto& socket : parse_close_wait(text)) found.push_back(socket);
  }
  if (!any) return std::nullopt;
  return found;
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  for (auto at = line.find_first_not_of(' '); at != std::string_view::npos;) {
    const auto end = std::min(line.find(' ', at), line.size());
    result.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(' ', end);
  }
  return result;
}

}  // namespace

std::vector<WaitingSocket> parse_close_wait(std::string_view text) {
  std::vector<WaitingSocket> found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto fields = words(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (fields.size() < 10 || fields[3] != "08") continue;
    const auto port = fields[1].substr(std::min(fields[1].find(':') + 1, fields[1].size()));
    WaitingSocket socket;
    std::from_chars(port.data(), port.data() + port.size(), socket.local_port, 16);
    std::from_chars(fields[9].data(), fields[9].data() + fields[9].size(), socket.inode);
    found.push_back(socket);
  }
  return found;
}

std::optional<std::vector<WaitingSocket>> close_wait_sockets() {
  if (auto found = by_netlink()) return found;
  return by_proc();
}

}  // namespace bftp::measure
