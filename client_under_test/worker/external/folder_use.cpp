#include "client_under_test/worker/external/folder_use.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <limits>

namespace bftp::client::worker {

namespace fs = std::filesystem;

namespace {

/// Calls `visit` with each entry, a folder before what is in it, until it returns false. What cannot be read
/// is left out.
template <class Visit>
void walk(const std::string& folder, Visit visit) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (!visit(*entry)) return;
    entry.increment(error);
  }
}

}  // namespace

std::uint64_t folder_bytes(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::uint32_t entries = 0;
  walk(folder, [&](const fs::directory_entry& entry) {
    struct stat about {};
    if (::lstat(entry.path().c_str(), &about) == 0)
      bytes += static_cast<std::uint64_t>(about.st_blocks) * 512;
    return ++entries < entries_max;
  });
  return entries < entries_max ? bytes : std::numeric_limits<std::uint64_t>::max();
}

FolderSurvey survey(const std::string& folder, const std::string& expected_name) {
  FolderSurvey found;
  walk(folder, [&](const fs::directory_entry& entry) {
    const auto name = entry.path().lexically_relative(folder).string();
    if (name == expected_name) return true;
    if (found.other.empty() || name < found.other) found.other = name;
    return ++found.others < entries_max;
  });
  return found;
}

protocol::Result<void> remove_folder(const std::string& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return {};
  ::chmod(folder.c_str(), 0700);
  // Each round opens the folders that the one before could not look into.
  for (int round = 0; round < 64 && error; ++round) {
    walk(folder, [](const fs::directory_entry& entry) {
      std::error_code ignored;
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) ::chmod(entry.path().c_str(), 0700);
      return true;
    });
    fs::remove_all(folder, error);
  }
  if (!error) return {};
  return protocol::system_error(error.value(), "removing the client's folder " + folder);
}

}  // namespace bftp::client::worker
