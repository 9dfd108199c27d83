/// The least that a client can do: connect, send a request, receive into one buffer until as many bytes came
/// as were to be expected, forget them. What bftp-worker is compared with; see docs/performance.md.
///
/// usage: worker_bare_loop PORT REQUEST ANSWER_BYTES [RECEIVE_BYTES [SO_RCVBUF]]
///
/// Each line "COUNT each" or "COUNT lasting" on standard input runs that many transfers over a connection for
/// each or over one, and is answered by a line when they are done.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Loop {
  sockaddr_in address{};
  std::string request;
  std::size_t answer_bytes = 0;
  std::vector<char> buffer;
  int receive_buffer_bytes = 0;
  int standing = -1;  ///< the lasting connection, kept from order to order

  int connect() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer_bytes > 0) {
      ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    sockaddr_in to = address;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return fd;
    std::perror("connect");
    std::exit(1);
  }

  void transfer(int fd) {
    if (::send(fd, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) std::exit(2);
    for (std::size_t received = 0; received < answer_bytes;) {
      const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (count <= 0) std::exit(3);
      received += static_cast<std::size_t>(count);
    }
  }

  void run(long count, bool lasting) {
    if (lasting && standing < 0) standing = connect();
    for (long i = 0; i < count; ++i) {
      const int fd = lasting ? standing : connect();
      transfer(fd);
      if (!lasting) ::close(fd);
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 64;
  Loop loop;
  loop.address.sin_family = AF_INET;
  loop.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  loop.address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  loop.request = argv[2];
  loop.answer_bytes = std::strtoull(argv[3], nullptr, 10);
  loop.buffer.resize(argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 256 * 1024);
  loop.receive_buffer_bytes = argc > 5 ? std::atoi(argv[5]) : 0;
  long count = 0;
  char how[16];
  while (std::scanf("%ld %15s", &count, how) == 2) {
    loop.run(count, std::strcmp(how, "lasting") == 0);
    std::puts("done");
    std::fflush(stdout);
  }
  return 0;
}
