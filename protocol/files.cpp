#include "protocol/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <random>

namespace bftp::protocol {
namespace {

int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Result<UniqueFd> open_regular(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return system_error("cannot open " + path);
  if (!S_ISREG(status.st_mode))
    return Error{ErrorKind::system, path + " is no regular file", S_ISDIR(status.st_mode) ? EISDIR : 0};
  return file;
}

Result<std::string> read_regular(const std::string& path, std::size_t bytes_max) {
  const auto file = open_regular(path);
  if (!file) return file.error();
  std::string content;
  std::array<char, 65'536> block{};
  while (content.size() <= bytes_max) {
    const ssize_t got = ::read(file->get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + path);
    if (got == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(got));
  }
  return Error{ErrorKind::system, fmt::format("{} has more than {} bytes", path, bytes_max), 0};
}

Result<void> write_whole(const std::string& path, std::string_view content) {
  const auto cannot = [&](int code) {
    return system_error(code, "cannot write " + path);
  };
  std::random_device random;
  std::string temporary;
  UniqueFd file;
  for (int attempt = 0; !file && attempt < 3; ++attempt) {
    temporary = fmt::format("{}.{:08x}{:08x}.tmp", path, random(), random());
    file.reset(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!file && errno != EEXIST) return cannot(errno);
  }
  if (!file) return cannot(EEXIST);
  int problem = write_all(file.get(), content);
  if (::close(file.release()) != 0 && problem == 0) problem = errno;
  if (problem == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(temporary.c_str());
  return cannot(problem);
}

}  // namespace bftp::protocol
