#include "protocol/addresses.hpp"

#include <netdb.h>

#include <array>
#include <cassert>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

namespace bftp::protocol {

namespace {

Result<std::vector<Address>> look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0)
    return Error{ErrorKind::not_found, "no address for host " + host + ": " + ::gai_strerror(code)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Address address;
    assert(one->ai_addrlen <= sizeof address.bytes);
    std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    addresses.push_back(address);
  }
  return addresses;
}

}  // namespace

Result<std::vector<Address>> resolve_host(const Endpoint& endpoint, const Deadline& deadline) {
  auto literal = look_up(endpoint.host, endpoint.port, AI_NUMERICHOST);
  if (literal) return literal;
  std::packaged_task<Result<std::vector<Address>>()> task(
      [host = endpoint.host, port = endpoint.port] { return look_up(host, port, 0); });
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  if (deadline.is_never()) return answer.get();
  if (answer.wait_until(deadline.when()) == std::future_status::ready) return answer.get();
  return Error{ErrorKind::deadline, "no address for host " + endpoint.host + " before the deadline"};
}

Endpoint to_endpoint(const Address& address) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  [[maybe_unused]] const int code = ::getnameinfo(address.get(), address.size, host.data(), host.size(),
                                                  port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  assert(code == 0);
  return {host.data(), static_cast<std::uint16_t>(std::stoul(port.data()))};
}

}  // namespace bftp::protocol
