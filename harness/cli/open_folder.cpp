#include "harness/cli/open_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "processes/remove_folder.hpp"

namespace bftp::cli {
namespace {

using protocol::UniqueFd;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::optional<OpenFolder> OpenFolder::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), folder_flags));
  if (!fd) return std::nullopt;
  return OpenFolder(std::move(fd));
}

std::optional<OpenFolder> OpenFolder::folder(const std::string& name) const {
  UniqueFd inside(::openat(fd_.get(), name.c_str(), folder_flags));
  if (!inside) {
    clear(name);
    if (::mkdirat(fd_.get(), name.c_str(), 0777) != 0) return std::nullopt;
    inside.reset(::openat(fd_.get(), name.c_str(), folder_flags));
  }
  if (!inside) return std::nullopt;
  return OpenFolder(std::move(inside));
}

bool OpenFolder::put(const torture::KnownFile& file) const {
  const UniqueFd fd = create(file.name);
  return fd && write_all(fd.get(), file.content);
}

bool OpenFolder::put_parts(const std::string& name,
                           const std::function<std::string(std::uint64_t, std::size_t)>& part) const {
  constexpr std::size_t at_once = 256u << 10;
  const UniqueFd fd = create(name);
  std::uint64_t written = 0;
  for (std::string bytes; fd; written += bytes.size()) {
    bytes = part(written, at_once);
    if (bytes.empty()) return true;
    if (!write_all(fd.get(), bytes)) break;
  }
  clear(name);  // a half of it would be taken for the whole
  return false;
}

/// A folder of that name is removed through our descriptor, whatever has become of its path.
void OpenFolder::clear(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return;
  static_cast<void>(processes::remove_folder(fmt::format("/proc/self/fd/{}/{}", fd_.get(), name)));
}

UniqueFd OpenFolder::create(const std::string& name) const {
  clear(name);
  return UniqueFd(
      ::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
}

}  // namespace bftp::cli
