#include "bench/worker_servers.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace bftp::bench {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t free_port() {
  const protocol::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void wait_until_listening(std::uint16_t port) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(10ms)) {
    const protocol::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(port);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
  }
  std::fprintf(stderr, "nobody listens on port %d after 10 s\n", port);
  std::exit(3);
}

constexpr int server_processor = 0;

constexpr const char* nginx_configuration = R"(daemon off;
master_process off;
worker_processes 1;
pid {0}/nginx.pid;
error_log {0}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  server {{ listen 127.0.0.1:{1}; root {2}; }}
}}
)";

}  // namespace

Server start_bftpd(const std::filesystem::path& executable, const std::filesystem::path& root) {
  Server server;
  server.process =
      std::make_unique<Child>(std::vector<std::string>{executable.string(), "--host", "127.0.0.1", "--port",
                                                       "0", "--root", root.string()},
                              server_processor);
  const std::string line = server.process->read_line();
  server.port = static_cast<std::uint16_t>(std::atoi(line.substr(line.rfind(':') + 1).c_str()));
  return server;
}

Server start_nginx(const std::filesystem::path& root, const std::filesystem::path& scratch) {
  Server server;
  server.port = free_port();
  const auto configuration = scratch / "nginx.conf";
  std::ofstream(configuration) << fmt::format(nginx_configuration, scratch.string(), server.port,
                                              root.string());
  server.process = std::make_unique<Child>(
      std::vector<std::string>{"nginx", "-p", scratch.string(), "-c", configuration.string()},
      server_processor);
  wait_until_listening(server.port);
  return server;
}

}  // namespace bftp::bench
