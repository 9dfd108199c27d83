/// A server with one bad habit, named by its first argument; the second is its port. It accepts and closes,
/// no more.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

int listen_at(const char* host, int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(port));
  ::inet_pton(AF_INET, host, &address.sin_addr);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 16) != 0) {
    std::perror("bind");
    std::exit(1);
  }
  return fd;
}

int port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

[[noreturn]] void serve(int fd) {
  while (true) {
    const int peer = ::accept(fd, nullptr, nullptr);
    if (peer >= 0) ::close(peer);
  }
}

void end_in_order(int) {
  ::_exit(0);
}

/// Leaves a process that no group, session or parent ties to us.
void leave_escapee() {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  std::signal(SIGTERM, SIG_IGN);
  while (true) ::pause();
}

[[noreturn]] void daemonise_and_serve(int port) {
  const int fd = listen_at("127.0.0.1", port);
  if (::fork() != 0) ::_exit(0);
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  serve(fd);
}

void print_much(long bytes) {
  const std::string line(1023, 'x');
  for (long printed = 0; printed < bytes; printed += 1024) std::puts(line.c_str());
  std::fflush(stdout);
}

void fork_children(int count) {
  for (int i = 0; i < count; ++i)
    if (::fork() == 0)
      while (true) ::pause();
}

/// What a server sees of its surroundings, for the test to read in server.out.
void print_surroundings() {
  char folder[4096];
  std::printf("folder=%s\n", ::getcwd(folder, sizeof folder));
  for (char** entry = ::environ; *entry != nullptr; ++entry) std::printf("env=%s\n", *entry);
  for (int fd = 0; fd < 256; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) std::printf("fd=%d\n", fd);
  std::printf("group=%d pid=%d\n", ::getpgrp(), ::getpid());
  struct sigaction action {};
  ::sigaction(SIGPIPE, nullptr, &action);
  std::printf("sigpipe=%s\n", action.sa_handler == SIG_DFL ? "default" : "other");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string habit = argc > 1 ? argv[1] : "";
  const int port = argc > 2 ? std::atoi(argv[2]) : 0;
  std::signal(SIGTERM, end_in_order);
  if (habit == "exit") {
    std::fputs("first words\nlast words\n", stderr);
    return port;
  }
  if (habit == "crash") std::abort();
  if (habit == "never")
    while (true) ::pause();
  if (habit == "taken") {
    std::fputs("OSError: [Errno 98] Address already in use\n", stderr);
    return 1;
  }
  if (habit == "elsewhere") serve(listen_at("127.0.0.1", 0));
  if (habit == "wrong_host") serve(listen_at("127.0.0.2", port));
  if (habit == "daemon") daemonise_and_serve(port);
  if (habit == "ignore_term") std::signal(SIGTERM, SIG_IGN);
  if (habit == "escape") leave_escapee();
  if (habit == "fork50") fork_children(50);
  if (habit == "flood") print_much(100L << 20);
  if (habit == "late") ::usleep(300'000);
  if (habit == "surroundings") print_surroundings();
  const int fd = listen_at("127.0.0.1", port);
  if (habit == "announce") {
    std::printf("listening on 127.0.0.1:%d\n", port_of(fd));
    std::fflush(stdout);
  }
  if (habit == "die_later") {
    const int peer = ::accept(fd, nullptr, nullptr);  // the test says when
    ::close(peer);
    ::raise(SIGUSR1);  // no sanitizer catches it
  }
  serve(fd);
}
