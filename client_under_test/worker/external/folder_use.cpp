#include "client_under_test/worker/external/folder_use.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <limits>

namespace bftp::client::worker {

namespace fs = std::filesystem;

namespace {

/// A program may nest folders without end: each level costs us a descriptor and a longer path.
constexpr int depth_max = 32;

/// Calls `visit` with each entry, a folder before what is in it, until it returns false. False if something
/// could not be read or lies deeper than depth_max; what was removed meanwhile does not count.
template <class Visit>
bool walk(const std::string& folder, Visit visit) {
  std::error_code error;
  bool whole = true;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (!visit(*entry)) return true;
    std::error_code gone;
    if (entry.depth() >= depth_max && entry->is_directory(gone) && !entry->is_symlink(gone)) {
      whole = false;
      entry.disable_recursion_pending();
    }
    entry.increment(error);
  }
  return whole && (!error || error == std::errc::no_such_file_or_directory);
}

}  // namespace

std::uint64_t folder_bytes(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::uint32_t entries = 0;
  const bool all_read = walk(folder, [&](const fs::directory_entry& entry) {
    struct stat about {};
    if (::lstat(entry.path().c_str(), &about) == 0)
      bytes += static_cast<std::uint64_t>(about.st_blocks) * 512;
    return ++entries < entries_max;
  });
  return all_read && entries < entries_max ? bytes : std::numeric_limits<std::uint64_t>::max();
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

}  // namespace bftp::client::worker
