// A beginner's BFTP server, GET alone: it takes what one recv() returns for one whole request, and forgets
// what follows. one_receive_server PORT ROOT
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>

namespace {

std::string message(const std::string& payload) {
  char header[9];
  std::snprintf(header, sizeof header, "%08zx", payload.size());
  return header + payload;
}

std::string answer(const std::string& root, const std::string& request) {
  if (request.size() < 13 || request.substr(8, 4) != "GET ") return message("ERR 400 what?");
  std::ifstream file(root + "/" + request.substr(12), std::ios::binary);
  if (!file) return message("ERR 404 no such file");
  std::stringstream content;
  content << file.rdbuf();
  return message("OK " + std::to_string(content.str().size())) + content.str();
}

void serve(int client, const std::string& root) {
  char buffer[1024];
  for (ssize_t got = 0; (got = ::recv(client, buffer, sizeof buffer, 0)) > 0;) {
    const auto reply = answer(root, std::string(buffer, static_cast<std::size_t>(got)));
    for (std::size_t at = 0; at < reply.size();) {
      const ssize_t sent = ::send(client, reply.data() + at, reply.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) break;
      at += static_cast<std::size_t>(sent);
    }
  }
  ::close(client);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  std::signal(SIGTERM, [](int) { std::_Exit(0); });
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  ::listen(listener, 128);
  std::cout << "listening on 127.0.0.1:" << argv[1] << std::endl;
  for (int client = 0; (client = ::accept(listener, nullptr, nullptr)) >= 0;)
    std::thread(serve, client, std::string(argv[2])).detach();
}
