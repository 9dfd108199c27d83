#include "harness/measure/temporary_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

namespace bftp::measure {

record::TemporaryFiles temporary_files(const std::string& folder, const StrayBounds& bounds) {
  auto strays = stray_files(folder, {}, bounds);
  record::TemporaryFiles found;
  found.known = strays.known;
  found.count = strays.count;
  found.names = std::move(strays.names);
  found.complete = strays.complete;
  if (!found.known) return found;
  const FolderUse use = folder_use(folder, bounds.entries_max);
  found.bytes = use.bytes;
  found.complete = found.complete && use.complete;
  return found;
}

FolderUse folder_use(const std::string& folder, std::size_t entries_max) {
  namespace fs = std::filesystem;
  FolderUse use;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (std::size_t looked_at = 0; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (++looked_at > entries_max) {
      use.complete = false;
      return use;
    }
    // stat(2): blocks are of 512 bytes whatever the file system's are.
    struct stat status {};
    if (::lstat(at->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      use.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  use.complete = !error || error == std::errc::no_such_file_or_directory;
  return use;
}

}  // namespace bftp::measure
