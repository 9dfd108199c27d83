#include "server_under_test/folder_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <string_view>

#include "protocol/unique_fd.hpp"

namespace bftp::server {

namespace {

constexpr int depth_max = 128;

bool is_folder(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat about {};  // a file system that does not tell
  return ::fstatat(parent, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
}

void walk(FolderStream folder, int depth, const std::function<void(int, const char*)>& visit) {
  const int fd = ::dirfd(folder.get());
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (!is_folder(fd, *entry)) {
      visit(fd, entry->d_name);
    } else if (depth < depth_max) {
      if (auto inner = open_folder_stream(fd, entry->d_name)) walk(std::move(inner), depth + 1, visit);
    }
  }
}

}  // namespace

FolderStream open_folder_stream(int parent, const char* name) {
  protocol::UniqueFd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return nullptr;
  FolderStream folder(::fdopendir(fd.get()));
  if (folder) static_cast<void>(fd.release());
  return folder;
}

void walk_files(int root, const std::function<void(int folder, const char* name)>& visit) {
  if (auto folder = open_folder_stream(root, ".")) walk(std::move(folder), 0, visit);
}

}  // namespace bftp::server
