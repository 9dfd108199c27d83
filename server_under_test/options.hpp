#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/connection.hpp"
#include "server_under_test/concurrency_model.hpp"
#include "server_under_test/file_service.hpp"

namespace bftp::server {

/// `bftpd`'s command line, checked.
struct Options {
  std::string root;
  protocol::Endpoint endpoint{"127.0.0.1", 12345};
  std::string model = default_model;
  std::string dialect{default_dialect};
  ServingLimits limits;
  FileServiceOptions files;
  bool openat2 = true;  ///< false: walk paths by hand
  bool log = false;
  std::string log_file;  ///< empty: standard error
};

/// What the process has to exit with; everything has been said. 0 after --help, 64 after wrong usage.
struct ExitStatus {
  int status = 0;
};

std::variant<Options, ExitStatus> parse_options(int argc, const char* const* argv);

}  // namespace bftp::server
