#include "harness/measure/temporary_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

namespace bftp::measure {

record::TemporaryFiles temporary_files(const std::string& folder, const StrayBounds& bounds) {
  namespace fs = std::filesystem;
  auto strays = stray_files(folder, {}, bounds);
  record::TemporaryFiles found;
  found.known = strays.known;
  found.count = strays.count;
  found.names = std::move(strays.names);
  found.complete = strays.complete;
  if (!found.known) return found;
  std::error_code error;
  auto at = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (std::size_t looked_at = 0; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (++looked_at > bounds.entries_max) break;
    // stat(2): blocks are of 512 bytes whatever the file system's are.
    struct stat status {};
    if (::lstat(at->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      found.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    if (at.depth() >= bounds.depth_max) at.disable_recursion_pending();
  }
  return found;
}

}  // namespace bftp::measure
