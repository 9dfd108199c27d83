#include "processes/tcp_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "protocol/unique_fd.hpp"

namespace bftp::processes {
namespace {

using protocol::UniqueFd;

std::string address_text(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, address, text.data(), text.size());
  return text.data();
}

struct DiagRequest {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

bool send_request(int socket, int family, TcpState state) {
  DiagRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<__u8>(family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = 1u << static_cast<unsigned>(state);
  return ::send(socket, &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request);
}

bool says_ipv6_only(const char* attributes, std::size_t size) {
  while (size >= sizeof(rtattr)) {
    rtattr attribute{};
    std::memcpy(&attribute, attributes, sizeof attribute);
    if (attribute.rta_len < sizeof attribute || attribute.rta_len > size) return false;
    if (attribute.rta_type == INET_DIAG_SKV6ONLY && attribute.rta_len > sizeof attribute)
      return attributes[sizeof attribute] != 0;
    const std::size_t step = std::min<std::size_t>(size, (attribute.rta_len + 3u) & ~3u);
    attributes += step;
    size -= step;
  }
  return false;
}

TcpSocket from_message(const char* payload, std::size_t size) {
  inet_diag_msg message{};
  std::memcpy(&message, payload, sizeof message);
  TcpSocket found;
  found.local.host = address_text(message.idiag_family, &message.id.idiag_src[0]);
  found.local.port = ntohs(message.id.idiag_sport);
  found.inode = message.idiag_inode;
  found.ipv6_only = says_ipv6_only(payload + sizeof message, size - sizeof message);
  return found;
}

enum class Dump : std::uint8_t { more, done, failed };

/// One datagram of a dump: netlink messages one behind the other.
Dump read_part(const char* data, std::size_t size, std::vector<TcpSocket>& into) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, data, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size) return Dump::failed;
    if (header.nlmsg_type == NLMSG_DONE) return Dump::done;
    if (header.nlmsg_type == NLMSG_ERROR) return Dump::failed;
    const std::size_t payload = header.nlmsg_len - sizeof header;
    if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY && payload >= sizeof(inet_diag_msg))
      into.push_back(from_message(data + sizeof header, payload));
    const std::size_t step = std::min<std::size_t>(size, (header.nlmsg_len + 3u) & ~3u);
    data += step;
    size -= step;
  }
  return Dump::more;
}

bool dump(int socket, int family, TcpState state, std::vector<TcpSocket>& into) {
  if (!send_request(socket, family, state)) return false;
  std::array<char, 32 * 1024> buffer{};
  while (true) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    const auto part = read_part(buffer.data(), static_cast<std::size_t>(size), into);
    if (part != Dump::more) return part == Dump::done;
  }
}

/// By the kernel's own count; true where it does not say. To ask for the sockets themselves is a walk over a
/// table of a quarter of a million places on some machines, for each family of addresses.
bool some_use_ipv6() {
  std::ifstream counts("/proc/net/sockstat6");
  std::string family, word;
  std::uint64_t count = 0;
  counts >> family >> word >> count;
  return !counts || family != "TCP6:" || word != "inuse" || count > 0;
}

std::optional<std::vector<TcpSocket>> by_netlink(TcpState state) {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const timeval limit{2, 0};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0)
    return std::nullopt;
  std::vector<TcpSocket> found;
  if (!dump(socket.get(), AF_INET, state, found)) return std::nullopt;
  // On a kernel without IPv6 the second question fails, and there is nothing to be found by it.
  if (some_use_ipv6()) static_cast<void>(dump(socket.get(), AF_INET6, state, found));
  return found;
}

std::optional<std::vector<TcpSocket>> by_proc(TcpState state) {
  std::vector<TcpSocket> found;
  bool any = false;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    any = any || file.is_open();
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (auto& socket : parse_proc_net(text, state)) found.push_back(std::move(socket));
  }
  if (!any) return std::nullopt;
  return found;
}

template <typename Number>
Number number(std::string_view digits, int base) {
  Number value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return value;
}

/// The kernel prints addresses as 32-bit words in the machine's own byte order.
std::string proc_address(std::string_view digits) {
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i * 8 < digits.size() && i < words.size(); ++i)
    words[i] = number<std::uint32_t>(digits.substr(i * 8, 8), 16);
  return address_text(digits.size() > 8 ? AF_INET6 : AF_INET, words.data());
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (auto at = line.find_first_not_of(' '); at != std::string_view::npos;) {
    const auto end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(' ', end);
  }
  return words;
}

std::optional<TcpSocket> from_line(std::string_view line, TcpState state) {
  const auto fields = words_of(line);
  if (fields.size() < 10 || fields[3].size() != 2 ||
      number<unsigned>(fields[3], 16) != static_cast<unsigned>(state))
    return std::nullopt;
  const auto colon = fields[1].find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  TcpSocket socket;
  socket.local.host = proc_address(fields[1].substr(0, colon));
  socket.local.port = number<std::uint16_t>(fields[1].substr(colon + 1), 16);
  socket.inode = number<std::uint64_t>(fields[9], 10);
  return socket;
}

}  // namespace

std::vector<TcpSocket> parse_proc_net(std::string_view text, TcpState state) {
  std::vector<TcpSocket> found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto socket = from_line(text.substr(0, end), state)) found.push_back(std::move(*socket));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::optional<std::vector<TcpSocket>> tcp_sockets(TcpState state) {
  if (auto found = by_netlink(state)) return found;
  return by_proc(state);
}

}  // namespace bftp::processes
