#include "server_under_test/folder_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/unique_fd.hpp"

namespace bftp::server {

namespace {

using protocol::UniqueFd;

bool is_folder(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat about {};  // a file system that does not tell
  return ::fstatat(parent, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
}

/// Which folder it is, whatever it is called by now.
struct Identity {
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const Identity&) const = default;
};

Identity identity_of(int folder) {
  struct stat about {};
  if (::fstat(folder, &about) != 0) return {};
  return {about.st_dev, about.st_ino};
}

/// A folder on the way from the root to where the walk is.
struct Level {
  Identity identity;
  std::string name;
  std::vector<std::string> folders;  ///< not entered yet
};

class Walk {
 public:
  Walk(int root, const VisitFile& visit) : root_(root), visit_(visit) {}

  void run() {
    if (!enter(root_, ".")) return;
    while (!levels_.empty() && !over_) {
      if (levels_.back().folders.empty()) {
        leave();
        continue;
      }
      const std::string name = std::move(levels_.back().folders.back());
      levels_.back().folders.pop_back();
      enter(here_.get(), name.c_str());
    }
  }

 private:
  /// Visits all that is in it. False if it cannot be read.
  bool enter(int parent, const char* name) {
    auto stream = open_folder_stream(parent, name);
    if (!stream) return false;
    const int fd = ::dirfd(stream.get());
    Level level{identity_of(fd), name, {}};
    for (const dirent* entry = nullptr; !over_ && (entry = ::readdir(stream.get())) != nullptr;) {
      const std::string_view inside = entry->d_name;
      if (inside == "." || inside == "..") continue;
      if (is_folder(fd, *entry)) {
        level.folders.emplace_back(inside);
      } else {
        over_ = !visit_(fd, entry->d_name);
      }
    }
    here_ = UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    levels_.push_back(std::move(level));
    return true;
  }

  /// Back to the folder above. One that was moved away meanwhile has another above it now: then the way is
  /// walked anew from the root, as far as it still leads.
  void leave() {
    levels_.pop_back();
    if (levels_.empty()) return;
    UniqueFd above(::openat(here_.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (above && identity_of(above.get()) == levels_.back().identity) {
      here_ = std::move(above);
    } else {
      find_way();
    }
  }

  void find_way() {
    here_ = UniqueFd(::openat(root_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    std::size_t found = 1;
    for (; found < levels_.size(); ++found) {
      UniqueFd inner(::openat(here_.get(), levels_[found].name.c_str(),
                              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!inner || identity_of(inner.get()) != levels_[found].identity) break;
      here_ = std::move(inner);
    }
    levels_.resize(found);
  }

  int root_;
  const VisitFile& visit_;
  UniqueFd here_;
  std::vector<Level> levels_;
  bool over_ = false;
};

}  // namespace

FolderStream open_folder_stream(int parent, const char* name) {
  UniqueFd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return nullptr;
  FolderStream folder(::fdopendir(fd.get()));
  if (folder) static_cast<void>(fd.release());
  return folder;
}

void walk_files(int root, const VisitFile& visit) {
  Walk(root, visit).run();
}

}  // namespace bftp::server
