#include "harness/cli/restart_trial.hpp"

#include <algorithm>
#include <chrono>

#include "processes/tcp_sockets.hpp"

namespace bftp::cli {

bool is_taken(std::uint16_t port) {
  for (const auto state : {processes::TcpState::listen, processes::TcpState::established}) {
    const auto sockets = processes::tcp_sockets(state);
    if (!sockets) return true;
    if (std::ranges::any_of(*sockets, [port](const auto& socket) { return socket.local.port == port; }))
      return true;
  }
  return false;
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
  restart.port_was_free = !is_taken(endpoint.port);
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
