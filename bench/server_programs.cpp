#include "bench/server_programs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <thread>

namespace bftp::bench {

using protocol::UniqueFd;

namespace {

[[noreturn]] void give_up(const std::string& what) {
  std::perror(what.c_str());
  std::exit(3);
}

void pin(int processor) {
  if (processor < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

[[noreturn]] void become(const std::vector<std::string>& words, int processor, bool quiet, int in, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin(processor);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  if (quiet) ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
  auto copies = words;
  std::vector<char*> arguments;
  for (auto& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  std::perror(arguments[0]);
  ::_exit(127);
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) give_up("pipe2");
    reads = UniqueFd(ends[0]);
    writes = UniqueFd(ends[1]);
  }
  UniqueFd reads;
  UniqueFd writes;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t free_port() {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void wait_until_listening(const std::string& what, std::uint16_t port) {
  for (int i = 0; i < 1000; ++i) {
    const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::fprintf(stderr, "%s does not listen on port %d after 10 s\n", what.c_str(), port);
  std::exit(3);
}

constexpr const char* nginx_configuration = R"(daemon off;
master_process off;
worker_processes 1;
pid {0}/nginx.pid;
error_log {0}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush {3};
  open_file_cache max=1000 inactive=60s;
  keepalive_requests 1000000000;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  server {{ listen 127.0.0.1:{1}; root {2}; }}
}}
)";

constexpr const char* vsftpd_configuration = R"(listen=YES
background=NO
listen_address=127.0.0.1
listen_port={0}
run_as_launching_user=YES
anonymous_enable=YES
no_anon_password=YES
anon_root={1}
write_enable=YES
anon_upload_enable=YES
anon_other_write_enable=YES
anon_umask=022
xferlog_enable=NO
use_sendfile=YES
seccomp_sandbox=NO
connect_from_port_20=NO
secure_chroot_dir={2}
)";

}  // namespace

Program::Program(const std::vector<std::string>& words, int processor, bool quiet) {
  Pipe in;
  Pipe out;
  pid_ = ::fork();
  if (pid_ < 0) give_up("fork");
  if (pid_ == 0) become(words, processor, quiet, in.reads.get(), out.writes.get());
  input_ = std::move(in.writes);
  output_ = std::move(out.reads);
}

Program::~Program() {
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 100; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::write_line(const std::string& line) const {
  const auto text = line + "\n";
  if (::write(input_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) give_up("write");
}

std::string Program::read_line() {
  std::string line;
  for (char c = 0; ::read(output_.get(), &c, 1) == 1;) {
    if (c == '\n') return line;
    line += c;
  }
  give_up("a program ended");
}

std::string Program::read_to_end() {
  input_.reset();
  std::string text;
  std::array<char, 4096> block;
  for (ssize_t got = 0; (got = ::read(output_.get(), block.data(), block.size())) > 0;)
    text.append(block.data(), static_cast<std::size_t>(got));
  return text;
}

double Program::cpu_s() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) give_up("CPU clock");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

RunningServer start_bftpd(const std::string& executable, const std::string& root, const std::string& model) {
  RunningServer server;
  server.program = std::make_unique<Program>(
      std::vector<std::string>{executable, "--root", root, "--port", "0", "--model", model},
      server_processor);
  const auto banner = server.program->read_line();
  server.port = static_cast<std::uint16_t>(std::atoi(banner.substr(banner.rfind(':') + 1).c_str()));
  return server;
}

RunningServer start_nginx(const std::string& root, const std::string& scratch, bool tcp_nopush) {
  RunningServer server{nullptr, free_port()};
  const auto file = scratch + (tcp_nopush ? "/nginx-nopush.conf" : "/nginx.conf");
  std::ofstream(file) << fmt::format(nginx_configuration, scratch, server.port, root,
                                     tcp_nopush ? "on" : "off");
  server.program = std::make_unique<Program>(std::vector<std::string>{"nginx", "-p", scratch, "-c", file},
                                             server_processor, true);
  wait_until_listening("nginx", server.port);
  return server;
}

RunningServer start_vsftpd(const std::string& root, const std::string& scratch) {
  RunningServer server{nullptr, free_port()};
  const auto file = scratch + "/vsftpd.conf";
  std::ofstream(file) << fmt::format(vsftpd_configuration, server.port, root, scratch);
  server.program = std::make_unique<Program>(std::vector<std::string>{"vsftpd", file}, server_processor);
  wait_until_listening("vsftpd", server.port);
  return server;
}

RunningServer start_iperf3() {
  RunningServer server{nullptr, free_port()};
  // The side that sends is what bftpd is compared with, so the one that receives gets the clients' processor.
  server.program = std::make_unique<Program>(
      std::vector<std::string>{"iperf3", "-s", "-B", "127.0.0.1", "-p", std::to_string(server.port)},
      client_processor, true);
  wait_until_listening("iperf3", server.port);
  return server;
}

std::string missing_package(const std::string& program) {
  static const std::map<std::string, std::string> packages = {
      {"nginx", "nginx-light"}, {"wrk", "wrk"}, {"iperf3", "iperf3"}, {"vsftpd", "vsftpd"}, {"curl", "curl"}};
  const char* path = std::getenv("PATH");
  std::string folders = (path != nullptr ? std::string(path) : "") + ":/usr/sbin:/sbin";
  for (std::size_t at = 0; at < folders.size();) {
    const auto end = std::min(folders.find(':', at), folders.size());
    if (::access((folders.substr(at, end - at) + "/" + program).c_str(), X_OK) == 0) return {};
    at = end + 1;
  }
  return packages.at(program);
}

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace bftp::bench
