#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "protocol/unique_fd.hpp"

/// Opens paths below the root and nowhere else (clauses 3.2, 4.13). Links are followed as long as they stay
/// inside. Two ways lead there: the kernel confines the walk by itself (openat2), or we walk name by name.
namespace bftp::server {

/// A descriptor, or the errno of the failure. EXDEV means: the path leads out of the root.
struct Opened {
  protocol::UniqueFd fd;
  int error = 0;

  explicit operator bool() const { return error == 0; }
};

/// Stateless after construction: any number of threads may use one object.
class PathResolver {
 public:
  virtual ~PathResolver() = default;

  /// Opens `relative` (VirtualPath::relative(), "." for the root) with the flags of open(2). `flags` hold no
  /// O_CREAT: who creates does so in an opened folder. O_CLOEXEC is added.
  virtual Opened open(const std::string& relative, int flags) const = 0;
};

/// openat2(2) with RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS: one system call, no race with whoever renames
/// folders or swaps links meanwhile. What the kernel refuses for its form only (an absolute link, even one
/// that leads back inside; a path longer than PATH_MAX) is asked again from `fallback`.
/// `root` is the root's descriptor, owned by the caller, open as long as this object lives.
std::unique_ptr<PathResolver> make_kernel_resolver(int root, std::unique_ptr<PathResolver> fallback);

/// One openat(2) with O_NOFOLLOW for each name, links expanded by hand. Every step starts at a descriptor
/// that is known to be inside, and `..` never goes above the first, so a swapped link fails to open instead
/// of leading out. `root_path` is the root's own real path: absolute links that begin with it stay inside.
std::unique_ptr<PathResolver> make_walking_resolver(int root, std::string root_path);

/// False where the kernel is older than 5.6 or a filter (seccomp) forbids the call.
bool kernel_has_openat2(int root);

}  // namespace bftp::server
