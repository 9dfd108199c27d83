#include "harness/cli/ca_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bftp::cli {

protocol::Result<void> check_ca_file(const plan::ServerSpec& server) {
  if (server.ca_file.empty() || ::access(server.ca_file.c_str(), R_OK) == 0) return {};
  return protocol::Error{
      protocol::ErrorKind::invalid_input,
      fmt::format("--ca-file: {} cannot be read: {}", server.ca_file, std::strerror(errno)), 0};
}

}  // namespace bftp::cli
