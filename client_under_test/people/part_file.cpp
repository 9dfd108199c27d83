#include "client_under_test/people/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

namespace bftp::client::people {

namespace {

/// Whether `path` still names the open file: another process may have renamed it between our open and our
/// lock.
bool still_names(const std::string& path, int fd) {
  struct stat by_path {};
  struct stat by_fd {};
  return ::lstat(path.c_str(), &by_path) == 0 && ::fstat(fd, &by_fd) == 0 && by_path.st_ino == by_fd.st_ino &&
         by_path.st_dev == by_fd.st_dev;
}

}  // namespace

Outcome<PartFile> PartFile::open(const std::string& final_path) {
  PartFile part(protocol::UniqueFd(), final_path);
  constexpr ::mode_t by_umask = 0666;
  part.fd_.reset(::open(part.part_path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, by_umask));
  if (!part.fd_) return local_failure("cannot create " + part.part_path());
  if (::flock(part.fd(), LOCK_EX | LOCK_NB) != 0 || !still_names(part.part_path(), part.fd())) {
    return Failure{Cause::local, part.part_path() + " is in use by another download"};
  }
  return part;
}

Outcome<std::uint64_t> PartFile::size() const {
  struct stat status {};
  if (::fstat(fd(), &status) != 0) return local_failure("cannot look at " + part_path());
  return static_cast<std::uint64_t>(status.st_size);
}

Outcome<void> PartFile::start_over() {
  if (::ftruncate(fd(), 0) != 0 || ::lseek(fd(), 0, SEEK_SET) != 0)
    return local_failure("cannot empty " + part_path());
  return {};
}

Outcome<void> PartFile::finish() {
  if (::rename(part_path().c_str(), final_path_.c_str()) != 0) {
    return local_failure("cannot rename " + part_path() + " to " + final_path_);
  }
  return {};
}

void PartFile::drop_if_empty() {
  const auto bytes = size();
  if (bytes && *bytes == 0) ::unlink(part_path().c_str());
}

}  // namespace bftp::client::people
