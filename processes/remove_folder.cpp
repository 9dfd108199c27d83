#include "processes/remove_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

#include "protocol/unique_fd.hpp"

namespace bftp::processes {
namespace {

using protocol::UniqueFd;

struct CloseListing {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Empties a folder tree of any depth with two descriptors: each folder that is found is moved up beside the
/// others first, so no path is longer than two names and nothing recurses.
class Remover {
 public:
  explicit Remover(UniqueFd top) : top_(std::move(top)) {}

  void run() {
    empty("", true);
    while (!waiting_.empty()) {
      const std::string name = std::move(waiting_.back());
      waiting_.pop_back();
      empty(name, false);
      if (::unlinkat(top_.get(), name.c_str(), AT_REMOVEDIR) != 0) note();
    }
  }
  int error() const { return error_; }

 private:
  void note() {
    if (errno != ENOENT && error_ == 0) error_ = errno;
  }

  /// Unlinks what is no folder, and takes folders down for later. `is_top`: those lie where they shall lie.
  void empty(const std::string& name, bool is_top) {
    if (!is_top) ::fchmodat(top_.get(), name.c_str(), 0700, 0);  // its owner may have shut us out
    UniqueFd fd(
        ::openat(top_.get(), is_top ? "." : name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return note();
    const std::unique_ptr<DIR, CloseListing> folder(::fdopendir(fd.get()));
    if (!folder) return note();
    const int from = fd.release();
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view found = entry->d_name;
      if (found == "." || found == "..") continue;
      if (::unlinkat(from, entry->d_name, 0) == 0) continue;
      struct stat status {};
      if (::fstatat(from, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode)) {
        note();
        continue;
      }
      if (is_top)
        waiting_.emplace_back(found);
      else
        move_up(from, entry->d_name);
    }
  }

  /// Moving a folder writes its "..", so it has to be writable as well.
  void move_up(int from, const char* name) {
    ::fchmodat(from, name, 0700, 0);
    for (;;) {
      std::string place = "removed-" + std::to_string(++moved_);
      if (::renameat2(from, name, top_.get(), place.c_str(), RENAME_NOREPLACE) == 0) {
        waiting_.push_back(std::move(place));
        return;
      }
      if (errno != EEXIST) return note();
    }
  }

  UniqueFd top_;
  std::vector<std::string> waiting_;  ///< names in the top folder
  std::uint64_t moved_ = 0;
  int error_ = 0;
};

}  // namespace

protocol::Result<void> remove_folder(const std::string& path) {
  const auto failed = [&path](int code) {
    return protocol::system_error(code, "removing " + path);
  };
  // What is removed may still be written to by a program that is about to end.
  constexpr int rounds = 5;
  int error = 0;
  for (int round = 0; round < rounds; ++round) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    ::fchmodat(AT_FDCWD, path.c_str(), 0700, AT_SYMLINK_NOFOLLOW);  // a link may be in its place by now
    UniqueFd top(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top) return failed(errno);
    Remover remover(std::move(top));
    remover.run();
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return {};
    error = remover.error() != 0 ? remover.error() : errno;
  }
  return failed(error);
}

}  // namespace bftp::processes
