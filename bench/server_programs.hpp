#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocol/unique_fd.hpp"

/// The programs of the server's benchmark: started pinned, stopped, and charged for their CPU time.
namespace bftp::bench {

inline constexpr int server_processor = 0;
inline constexpr int client_processor = 1;

/// A child process with pipes to its standard input and output. Killed when it goes out of scope.
class Program {
 public:
  /// `processor` -1: not pinned. Standard error goes nowhere if `quiet`. Exits the benchmark when it cannot
  /// start.
  Program(const std::vector<std::string>& words, int processor, bool quiet = false);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void write_line(const std::string& line) const;
  std::string read_line();
  std::string read_to_end();
  /// CPU time used so far, all threads.
  double cpu_s() const;

 private:
  pid_t pid_ = -1;
  protocol::UniqueFd input_;
  protocol::UniqueFd output_;
};

/// A server that runs, and where.
struct RunningServer {
  std::unique_ptr<Program> program;
  std::uint16_t port = 0;
};

RunningServer start_bftpd(const std::string& executable, const std::string& root, const std::string& model);
/// One process, sendfile, open_file_cache, no access log, keep-alive without end; and tcp_nopush (TCP_CORK),
/// which is off by default but on in Debian's nginx.conf, or not. Its files lie in `scratch`.
RunningServer start_nginx(const std::string& root, const std::string& scratch, bool tcp_nopush);
/// Anonymous, may upload into `root`/upload, runs as whoever starts it.
RunningServer start_vsftpd(const std::string& root, const std::string& scratch);
RunningServer start_iperf3();

/// The Debian package that `program` comes from, if it is not in the PATH; empty if it is there.
std::string missing_package(const std::string& program);

double now_s();

}  // namespace bftp::bench
