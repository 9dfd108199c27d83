#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "bench/worker_process.hpp"

namespace bftp::bench {

/// A server on a free port of loopback, pinned to processor 0, serving `root`.
struct Server {
  std::unique_ptr<Child> process;
  std::uint16_t port = 0;
};

Server start_bftpd(const std::filesystem::path& executable, const std::filesystem::path& root);

/// nginx with one worker process, sendfile, tcp_nopush and no log; its files lie in `scratch`.
Server start_nginx(const std::filesystem::path& root, const std::filesystem::path& scratch);

}  // namespace bftp::bench
