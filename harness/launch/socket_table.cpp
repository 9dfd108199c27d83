#include "harness/launch/socket_table.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "protocol/unique_fd.hpp"

namespace bftp::launch {
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

bool send_request(int socket, int family) {
  DiagRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<__u8>(family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = 1u << TCP_LISTEN;
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

ListenSocket from_message(const char* payload, std::size_t size) {
  inet_diag_msg message{};
  std::memcpy(&message, payload, sizeof message);
  ListenSocket found;
  found.endpoint.host = address_text(message.idiag_family, &message.id.idiag_src[0]);
  found.endpoint.port = ntohs(message.id.idiag_sport);
  found.inode = message.idiag_inode;
  found.ipv6_only = says_ipv6_only(payload + sizeof message, size - sizeof message);
  return found;
}

enum class Dump : std::uint8_t { more, done, failed };

/// One datagram of a dump: netlink messages one behind the other.
Dump read_part(const char* data, std::size_t size, std::vector<ListenSocket>& into) {
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

bool dump(int socket, int family, std::vector<ListenSocket>& into) {
  if (!send_request(socket, family)) return false;
  std::array<char, 32 * 1024> buffer{};
  while (true) {
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    const auto state = read_part(buffer.data(), static_cast<std::size_t>(size), into);
    if (state != Dump::more) return state == Dump::done;
  }
}

std::optional<std::vector<ListenSocket>> by_netlink() {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket) return std::nullopt;
  const timeval limit{2, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::vector<ListenSocket> found;
  if (!dump(socket.get(), AF_INET, found)) return std::nullopt;
  if (!dump(socket.get(), AF_INET6, found)) found.reserve(found.size());  // a kernel without IPv6
  return found;
}

std::optional<std::vector<ListenSocket>> by_proc() {
  std::vector<ListenSocket> found;
  bool any = false;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    any = any || file.is_open();
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (auto& socket : parse_proc_net(text)) found.push_back(std::move(socket));
  }
  if (!any) return std::nullopt;
  return found;
}

void add_inode(std::string_view link, std::set<std::uint64_t>& into) {
  constexpr std::string_view prefix = "socket:[";
  if (!link.starts_with(prefix)) return;
  link.remove_prefix(prefix.size());
  std::uint64_t inode = 0;
  if (std::from_chars(link.data(), link.data() + link.size(), inode).ec == std::errc()) into.insert(inode);
}

bool add_holdings(int pid, std::set<std::uint64_t>& into) {
  DIR* folder = ::opendir(("/proc/" + std::to_string(pid) + "/fd").c_str());
  if (folder == nullptr) return errno == ENOENT;  // ended meanwhile: holds nothing
  while (const dirent* entry = ::readdir(folder)) {
    std::array<char, 64> link{};
    const ssize_t size = ::readlinkat(::dirfd(folder), entry->d_name, link.data(), link.size());
    if (size > 0) add_inode({link.data(), static_cast<std::size_t>(size)}, into);
  }
  ::closedir(folder);
  return true;
}

class LinuxSocketTable final : public SocketTable {
 public:
  std::optional<std::vector<ListenSocket>> listening() override {
    if (auto found = by_netlink()) return found;
    return by_proc();
  }
  Holdings held_by(std::span<const int> pids) override {
    Holdings holdings;
    for (const int pid : pids) holdings.whole = add_holdings(pid, holdings.inodes) && holdings.whole;
    return holdings;
  }
};

std::uint32_t hex(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

/// The kernel prints addresses as 32-bit words in the machine's own byte order.
std::string proc_address(std::string_view digits) {
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i * 8 < digits.size() && i < words.size(); ++i)
    words[i] = hex(digits.substr(i * 8, 8));
  return address_text(digits.size() > 8 ? AF_INET6 : AF_INET, words.data());
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

std::vector<ListenSocket> parse_proc_net(std::string_view text) {
  std::vector<ListenSocket> found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::vector<std::string_view> fields;
    for (std::size_t at = line.find_first_not_of(' '); at != std::string::npos;) {
      const auto stop = std::min(line.find(' ', at), line.size());
      fields.push_back(std::string_view(line).substr(at, stop - at));
      at = line.find_first_not_of(' ', stop);
    }
    if (fields.size() < 10 || fields[3] != "0A") continue;
    const auto colon = fields[1].find(':');
    if (colon == std::string_view::npos) continue;
    ListenSocket socket;
    socket.endpoint.host = proc_address(fields[1].substr(0, colon));
    socket.endpoint.port = static_cast<std::uint16_t>(hex(fields[1].substr(colon + 1)));
    std::from_chars(fields[9].data(), fields[9].data() + fields[9].size(), socket.inode);
    found.push_back(std::move(socket));
  }
  return found;
}

bool reaches(const protocol::Endpoint& wanted, const ListenSocket& have) {
  if (wanted.port != have.endpoint.port) return false;
  const std::string& host = have.endpoint.host;
  const bool wants_ipv6 = wanted.host.find(':') != std::string::npos;
  if (host == wanted.host || host == "::ffff:" + wanted.host) return true;
  if (host == "0.0.0.0") return !wants_ipv6;
  if (host == "::") return wants_ipv6 || !have.ipv6_only || wanted.host == "localhost";
  return wanted.host == "localhost" && is_loopback(host);
}

std::unique_ptr<SocketTable> make_socket_table() {
  return std::make_unique<LinuxSocketTable>();
}

}  // namespace bftp::launch
