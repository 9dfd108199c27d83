#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "server_under_test/path_resolver.hpp"

namespace bftp::server {

namespace {

int open_beneath(int root, const char* relative, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // glibc has no wrapper for it.
  return static_cast<int>(::syscall(SYS_openat2, root, relative, &how, sizeof how));
}

/// EXDEV: also what an absolute link gets. EAGAIN: a rename raced with a `..` in a link.
bool is_for_the_fallback(int code) {
  return code == EXDEV || code == EAGAIN || code == ENAMETOOLONG;
}

class KernelResolver final : public PathResolver {
 public:
  KernelResolver(int root, std::unique_ptr<PathResolver> fallback)
      : root_(root), fallback_(std::move(fallback)) {}

  Opened open(const std::string& relative, int flags) const override {
    const int fd = open_beneath(root_, relative.c_str(), flags);
    if (fd >= 0) return {protocol::UniqueFd(fd), 0};
    const int code = errno;
    if (is_for_the_fallback(code)) return fallback_->open(relative, flags);
    return {protocol::UniqueFd(), code};
  }

 private:
  int root_;
  std::unique_ptr<PathResolver> fallback_;
};

}  // namespace

std::unique_ptr<PathResolver> make_kernel_resolver(int root, std::unique_ptr<PathResolver> fallback) {
  return std::make_unique<KernelResolver>(root, std::move(fallback));
}

bool kernel_has_openat2(int root) {
  const protocol::UniqueFd self(open_beneath(root, ".", O_PATH | O_DIRECTORY));
  return static_cast<bool>(self);
}

}  // namespace bftp::server
