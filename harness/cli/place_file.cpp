#include "harness/cli/place_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <string_view>

#include "protocol/unique_fd.hpp"

namespace bftp::cli {

bool place_file(const std::string& folder, const torture::KnownFile& file) {
  const std::string path = folder + "/" + file.name;
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
  const protocol::UniqueFd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd) return false;
  for (std::string_view left = file.content; !left.empty();) {
    const ssize_t written = ::write(fd.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string random_hex(int words) {
  std::random_device random;
  std::string text;
  for (int i = 0; i < words; ++i) text += fmt::format("{:08x}", random());
  return text;
}

}  // namespace bftp::cli
