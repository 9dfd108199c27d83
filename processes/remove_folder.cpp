#include "processes/remove_folder.hpp"

#include <sys/stat.h>

#include <filesystem>

namespace bftp::processes {
namespace {

namespace fs = std::filesystem;

/// Gives us back the folders that can be reached now.
void open_folders(const std::string& path) {
  std::error_code error;
  if (const auto status = fs::symlink_status(path, error); error || !fs::is_directory(status)) return;
  ::chmod(path.c_str(), 0700);
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    std::error_code ignored;
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) ::chmod(entry->path().c_str(), 0700);
    entry.increment(error);
  }
}

}  // namespace

protocol::Result<void> remove_folder(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  // Each round opens the folders that the one before could not look into.
  for (int round = 0; round < 64 && error; ++round) {
    open_folders(path);
    fs::remove_all(path, error);
  }
  if (!error) return {};
  return protocol::system_error(error.value(), "removing " + path);
}

}  // namespace bftp::processes
