#include "client_under_test/worker/stored_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

protocol::Result<ServerRoot> ServerRoot::open(const std::string& path, std::string called) {
  ServerRoot root;
  root.folder_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.folder_) return protocol::system_error("cannot open " + called + " " + path);
  root.called_ = std::move(called);
  return root;
}

protocol::Result<CheckedCopy> ServerRoot::check(const std::string& name,
                                                const protocol::WorkerFixture& fixture,
                                                const LocalFile* local, protocol::Verify verify,
                                                std::span<std::byte> buffer) const {
  const std::string what = "reading " + printable(name, 255) + " in " + called_;
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const protocol::UniqueFd file(::openat(folder_.get(), name.c_str(), flags));
  if (!file && errno == ELOOP)  // of O_NOFOLLOW
    return protocol::Error{protocol::ErrorKind::invalid_input, what + ": a symbolic link, and no file"};
  if (!file) return protocol::system_error(what);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return protocol::system_error(what);
  if (!S_ISREG(status.st_mode))
    return protocol::Error{protocol::ErrorKind::invalid_input, what + ": no regular file"};
  const std::uint64_t size_max = fixture.size + Excess::bytes_max;
  CopyChecker checker(fixture, local, verify);
  for (std::uint64_t size = 0; size <= size_max;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0) return protocol::system_error(what);
    if (count == 0) return checker.finish(true);
    checker.feed(buffer.first(static_cast<std::size_t>(count)));
    size += static_cast<std::uint64_t>(count);
  }
  return protocol::Error{
      protocol::ErrorKind::too_long,
      fmt::format("{}: it has {} bytes or more, the fixture {}", what, size_max, fixture.size)};
}

protocol::Result<void> ServerRoot::plant(const std::string& name) const {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  constexpr mode_t for_all = 0666;  // the server may be another user
  const protocol::UniqueFd file(::openat(folder_.get(), name.c_str(), flags, for_all));
  if (file && ::write(file.get(), older_content.data(), older_content.size()) ==
                  static_cast<ssize_t>(older_content.size()))
    return boost::system::in_place_value;
  return protocol::system_error("making " + printable(name, 255) + " in " + called_);
}

protocol::Result<void> ServerRoot::remove(const std::string& name) const {
  if (::unlinkat(folder_.get(), name.c_str(), 0) == 0) return boost::system::in_place_value;
  return protocol::system_error("removing " + printable(name, 255) + " from " + called_);
}

}  // namespace bftp::client::worker
