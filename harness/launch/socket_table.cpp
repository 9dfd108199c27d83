#include "harness/launch/socket_table.hpp"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace bftp::launch {
namespace {

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
  std::optional<std::vector<TcpSocket>> listening() override {
    return processes::tcp_sockets(processes::TcpState::listen);
  }
  Holdings held_by(std::span<const int> pids) override {
    Holdings holdings;
    for (const int pid : pids) holdings.whole = add_holdings(pid, holdings.inodes) && holdings.whole;
    return holdings;
  }
};

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

bool reaches(const protocol::Endpoint& wanted, const TcpSocket& have) {
  if (wanted.port != have.local.port) return false;
  const std::string& host = have.local.host;
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
