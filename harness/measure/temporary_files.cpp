#include "harness/measure/temporary_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

namespace bftp::measure {
namespace {

struct CloseDirectory {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// By descriptors and names, not by paths: a server may nest folders until no path reaches the last ones,
/// and its own time and memory are all that should cost.
class UseWalk {
 public:
  explicit UseWalk(std::size_t entries) : entries_left_(entries) {}

  /// `fd` is closed.
  void folder(int fd, int depth) {
    const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(fd));
    if (!entries) {
      use_.complete = false;
      ::close(fd);
      return;
    }
    while (const dirent* one = ::readdir(entries.get())) {
      const std::string_view name = one->d_name;
      if (name == "." || name == "..") continue;
      if (entries_left_ == 0) {
        use_.complete = false;
        return;
      }
      --entries_left_;
      entry(::dirfd(entries.get()), one->d_name, depth);
    }
  }

  const FolderUse& use() const { return use_; }

 private:
  /// Nobody needs more; each level takes a descriptor.
  static constexpr int depth_max = 64;

  void entry(int parent, const char* name, int depth) {
    struct stat status {};
    if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;  // removed meanwhile
    // stat(2): blocks are of 512 bytes whatever the file system's are.
    if (S_ISREG(status.st_mode)) use_.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    if (!S_ISDIR(status.st_mode)) return;
    const int below =
        depth < depth_max ? ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (below >= 0)
      folder(below, depth + 1);
    else if (depth >= depth_max || errno != ENOENT)
      use_.complete = false;
  }

  std::size_t entries_left_;
  FolderUse use_;
};

}  // namespace

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
  UseWalk walk(entries_max);
  const int top = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (top < 0) return {0, errno == ENOENT || is_no_folder(folder)};
  walk.folder(top, 0);
  return walk.use();
}

bool is_no_folder(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

}  // namespace bftp::measure
