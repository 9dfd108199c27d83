/// A client that does as little as it can, so that what is measured is the server. Speaks BFTP and HTTP, over
/// a connection for each transfer or over lasting ones, with any number of connections at a time.
///
/// usage: server_load bftp|http get|put PORT NAME SIZE CONNECTIONS each|lasting [FILE]
///
/// Each line with a number on standard input runs that many transfers and is answered by a line when they are
/// done. What was received is counted and forgotten; what is put is FILE, sent by sendfile as our worker
/// does.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct Job {
  bool http = false;
  bool put = false;
  std::uint16_t port = 0;
  std::string name;
  std::size_t size = 0;
  int connections = 1;
  bool lasting = false;
  std::string file;  ///< PUT: what is sent
};

std::string message(const std::string& payload) {
  std::array<char, 9> header{};
  std::snprintf(header.data(), header.size(), "%08zx", payload.size());
  return header.data() + payload;
}

std::string request_of(const Job& job) {
  if (job.put) return message("PUT " + std::to_string(job.size) + " " + job.name);
  if (!job.http) return message("GET " + job.name);
  return "GET /" + job.name + " HTTP/1.1\r\nHost: localhost\r\n" +
         (job.lasting ? "" : "Connection: close\r\n") + "\r\n";
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) give_up("connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void send_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0) give_up("send");
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

void send_file(int fd, int file, std::size_t size) {
  for (off_t at = 0; at < static_cast<off_t>(size);)
    if (::sendfile(fd, file, &at, size - static_cast<std::size_t>(at)) <= 0) give_up("sendfile");
}

std::size_t receive_some(int fd, std::vector<char>& buffer) {
  const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) give_up("recv");
  return static_cast<std::size_t>(got);
}

void receive(int fd, std::vector<char>& buffer, std::size_t size) {
  while (size > 0) size -= std::min(size, receive_some(fd, buffer));
}

class Load {
 public:
  explicit Load(const Job& job) : job_(job), request_(request_of(job)), buffer_(256 * 1024) {
    if (!job_.put) {
      answer_size_ = measure_answer();
    } else if (file_ = ::open(job_.file.c_str(), O_RDONLY | O_CLOEXEC); file_ < 0) {
      give_up(job_.file.c_str());
    }
  }

  void run(long count) {
    if (job_.connections == 1) {
      run_one(count);
    } else {
      run_many(count);
    }
  }

 private:
  /// Header and content of one answer, which are the same each time.
  std::size_t measure_answer() {
    if (!job_.http) return message("OK " + std::to_string(job_.size)).size() + job_.size;
    const int fd = connect_to(job_.port);
    send_all(fd, request_.data(), request_.size());
    std::string text;
    std::size_t end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos)
      text.append(buffer_.data(), receive_some(fd, buffer_));
    ::close(fd);
    if (text.find(" 200 ") == std::string::npos) give_up("no 200 from the server");
    return end + 4 + job_.size;
  }

  void transfer(int fd) {
    send_all(fd, request_.data(), request_.size());
    if (!job_.put) return receive(fd, buffer_, answer_size_);
    receive(fd, buffer_, message("OK").size());
    send_file(fd, file_, job_.size);
    receive(fd, buffer_, message("OK " + std::to_string(job_.size)).size());
  }

  void run_one(long count) {
    int fd = job_.lasting ? connect_to(job_.port) : -1;
    for (long i = 0; i < count; ++i) {
      if (!job_.lasting) fd = connect_to(job_.port);
      transfer(fd);
      if (!job_.lasting) ::close(fd);
    }
    if (job_.lasting) ::close(fd);
  }

  struct Slot {
    int fd = -1;
    std::size_t missing = 0;
  };

  void begin(int epoll, Slot& slot) {
    if (slot.fd < 0) {
      slot.fd = connect_to(job_.port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &slot;
      if (::epoll_ctl(epoll, EPOLL_CTL_ADD, slot.fd, &event) != 0) give_up("epoll_ctl");
    }
    slot.missing = answer_size_;
    send_all(slot.fd, request_.data(), request_.size());
  }

  void run_many(long count) {
    std::vector<Slot> slots(static_cast<std::size_t>(job_.connections));
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    long begun = 0;
    for (auto& slot : slots)
      if (begun < count) ++begun, begin(epoll, slot);
    std::array<epoll_event, 64> events;
    for (long done = 0; done < count;) {
      const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        auto& slot = *static_cast<Slot*>(events[static_cast<std::size_t>(i)].data.ptr);
        slot.missing -= std::min(slot.missing, receive_some(slot.fd, buffer_));
        if (slot.missing > 0) continue;
        ++done;
        if (!job_.lasting) ::close(std::exchange(slot.fd, -1));
        if (begun < count) ++begun, begin(epoll, slot);
      }
    }
    for (auto& slot : slots)
      if (slot.fd >= 0) ::close(slot.fd);
    ::close(epoll);
  }

  Job job_;
  std::string request_;
  std::vector<char> buffer_;
  int file_ = -1;  ///< open until the end
  std::size_t answer_size_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const bool put = argc > 2 && std::strcmp(argv[2], "put") == 0;
  if (argc != (put ? 9 : 8)) {
    std::fputs("usage: server_load bftp|http get|put PORT NAME SIZE CONNECTIONS each|lasting [FILE]\n",
               stderr);
    return 64;
  }
  Job job;
  job.http = std::strcmp(argv[1], "http") == 0;
  job.put = put;
  if (put) job.file = argv[8];
  job.port = static_cast<std::uint16_t>(std::atoi(argv[3]));
  job.name = argv[4];
  job.size = std::strtoull(argv[5], nullptr, 10);
  job.connections = std::atoi(argv[6]);
  job.lasting = std::strcmp(argv[7], "lasting") == 0;
  Load load(job);
  for (long count = 0; std::scanf("%ld", &count) == 1;) {
    load.run(count);
    std::puts("done");
    std::fflush(stdout);
  }
  return 0;
}
