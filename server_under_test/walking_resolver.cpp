#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <string_view>
#include <vector>

#include "server_under_test/path_resolver.hpp"

namespace bftp::server {

namespace {

using protocol::UniqueFd;

constexpr int links_max = 40;  ///< as the kernel has it, path_resolution(7)

/// The names of a path, in order. Empty ones and "." are left out.
std::deque<std::string> split(std::string_view path) {
  std::deque<std::string> names;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (const auto name = path.substr(0, end); !name.empty() && name != ".") names.emplace_back(name);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return names;
}

/// What stands below `root` in the absolute path `names`, or nothing when they lead elsewhere. `..` counts as
/// text here: outside the root nothing is opened.
bool strip_root(std::deque<std::string>& names, std::string_view root) {
  std::deque<std::string> plain;
  for (auto& name : names) {
    if (name != "..") {
      plain.push_back(std::move(name));
    } else if (!plain.empty()) {
      plain.pop_back();
    }
  }
  for (const auto& name : split(root)) {
    if (plain.empty() || plain.front() != name) return false;
    plain.pop_front();
  }
  names = std::move(plain);
  return true;
}

std::string parent_of(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/')));
}

/// One walk from the root to a name. Holds a descriptor for each folder that it is in, so that `..` goes back
/// to the folder that it came through, whatever has been renamed meanwhile.
class Walk {
 public:
  Walk(int root, std::string_view root_path) : root_(root), root_path_(root_path) {}

  Opened to(std::string_view relative, int flags) {
    left_ = split(relative);
    while (!left_.empty()) {
      auto name = std::move(left_.front());
      left_.pop_front();
      const int error = name == ".." ? leave_folder() : left_.empty() ? try_last(name, flags) : enter(name);
      if (error != 0) return {UniqueFd(), error};
      if (found_) return {std::move(found_), 0};
    }
    // The path named the folder that the walk stands in: the root, or the end of a link to "..".
    return open_here(flags);
  }

 private:
  int here() const { return inside_.empty() ? root_ : inside_.back().get(); }

  Opened open_here(int flags) const {
    UniqueFd fd(::openat(here(), ".", flags | O_CLOEXEC));
    const int error = fd ? 0 : errno;
    return {std::move(fd), error};
  }

  int leave_folder() {
    if (inside_.empty()) return continue_at(parent_of(root_path_));
    inside_.pop_back();
    return 0;
  }

  int enter(const std::string& name) {
    // O_PATH wants no read permission, as the kernel's own walk does not.
    UniqueFd fd(::openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return errno;
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return errno;
    if (S_ISLNK(about.st_mode)) return expand(fd.get());
    if (!S_ISDIR(about.st_mode)) return ENOTDIR;
    inside_.push_back(std::move(fd));
    return 0;
  }

  int try_last(const std::string& name, int flags) {
    const UniqueFd probe(::openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!probe) return errno;
    struct stat about {};
    if (::fstat(probe.get(), &about) != 0) return errno;
    if (S_ISLNK(about.st_mode)) return expand(probe.get());
    // Should it be swapped for a link just now, O_NOFOLLOW fails the call.
    found_ = UniqueFd(::openat(here(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    return found_ ? 0 : errno;
  }

  /// Puts the target of the link in front of what is left.
  int expand(int link) {
    if (++links_ > links_max) return ELOOP;
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(link, "", target.data(), target.size());
    if (size < 0) return errno;
    const std::string_view text(target.data(), static_cast<std::size_t>(size));
    if (text.starts_with('/')) return continue_at(text);
    prepend(split(text));
    return 0;
  }

  /// Goes on at an absolute path, which has to be inside the root again.
  int continue_at(std::string_view absolute) {
    auto names = split(absolute);
    names.insert(names.end(), left_.begin(), left_.end());
    if (!strip_root(names, root_path_)) return EXDEV;
    inside_.clear();
    left_ = std::move(names);
    return 0;
  }

  void prepend(std::deque<std::string> names) {
    names.insert(names.end(), left_.begin(), left_.end());
    left_ = std::move(names);
  }

  int root_;
  std::string_view root_path_;
  std::vector<UniqueFd> inside_;
  std::deque<std::string> left_;
  UniqueFd found_;
  int links_ = 0;
};

class WalkingResolver final : public PathResolver {
 public:
  WalkingResolver(int root, std::string root_path) : root_(root), root_path_(std::move(root_path)) {}

  Opened open(const std::string& relative, int flags) const override {
    return Walk(root_, root_path_).to(relative, flags);
  }

 private:
  int root_;
  std::string root_path_;
};

}  // namespace

std::unique_ptr<PathResolver> make_walking_resolver(int root, std::string root_path) {
  return std::make_unique<WalkingResolver>(root, std::move(root_path));
}

}  // namespace bftp::server
