#include <unistd.h>

#include <filesystem>

#include "harness/launch/launcher.hpp"

namespace bftp::launch {
namespace {

namespace fs = std::filesystem;

/// Where executables lie, relative to an installation prefix or to the top of a build tree.
constexpr const char* places[] = {
    "", "bin", "libexec/bftp-torture", "client_under_test", "server_under_test", "harness/launch/guard"};

}  // namespace

protocol::Result<std::string> find_helper(const std::string& name) {
  std::error_code problem;
  const fs::path own = fs::read_symlink("/proc/self/exe", problem);
  fs::path base = own.parent_path();
  constexpr int levels_up = 4;
  for (int level = 0; level <= levels_up && !base.empty(); ++level, base = base.parent_path()) {
    for (const char* place : places) {
      const fs::path candidate = base / place / name;
      if (fs::is_regular_file(candidate, problem) && ::access(candidate.c_str(), X_OK) == 0)
        return candidate.lexically_normal().string();
    }
    if (base == base.root_path()) break;
  }
  return protocol::Error{protocol::ErrorKind::not_found,
                         "our own '" + name + "' is missing: it belongs beside '" + own.string() +
                             "'; build or install the whole project",
                         ENOENT};
}

}  // namespace bftp::launch
