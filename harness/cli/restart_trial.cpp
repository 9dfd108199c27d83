#include "harness/cli/restart_trial.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <utility>

#include "protocol/unique_fd.hpp"

namespace bftp::cli {

bool can_be_had(const protocol::Endpoint& endpoint) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &wanted, &found) != 0)
    return false;
  const int on = 1;
  const protocol::UniqueFd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool free = fd && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                    ::bind(fd.get(), found->ai_addr, found->ai_addrlen) == 0 && ::listen(fd.get(), 1) == 0;
  ::freeaddrinfo(found);
  return free;
}

record::Restart try_restart(const plan::ServerSpec& spec, launch::LaunchOptions options,
                            const protocol::Endpoint& endpoint) {
  record::Restart restart;
  restart.port = endpoint.port;
  options.appends_output = true;
  options.listen_on = endpoint;
  const auto start = std::chrono::steady_clock::now();
  const auto again = launch::launch_server(spec, options);
  restart.took_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  restart.listened = static_cast<bool>(again);
  if (again) {
    (*again)->stop();
    return restart;
  }
  restart.text = again.error().message;
  restart.port_was_free = can_be_had(endpoint);
  options.listen_on.port = 0;
  if (const auto other = launch::launch_server(spec, options)) {
    (*other)->stop();
    restart.elsewhere = true;
  } else {
    restart.elsewhere = false;
  }
  return restart;
}

}  // namespace bftp::cli
