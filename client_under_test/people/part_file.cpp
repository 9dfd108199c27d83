#include "client_under_test/people/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <string_view>

#include "protocol/sha256.hpp"

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

/// Anything else with the name of a part was put there by somebody who wants us to write into it, or to read
/// what we write.
bool is_of_our_own(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
         status.st_nlink <= 1;
}

std::string cut_at_a_character(const std::string& name, std::size_t bytes_max) {
  const auto is_inside = [&name](std::size_t at) {
    return (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80;
  };
  std::size_t cut = bytes_max;
  while (cut > 0 && is_inside(cut)) --cut;
  return name.substr(0, cut);
}

}  // namespace

std::string part_path_of(const std::string& path) {
  constexpr std::string_view ending = ".bftp-part";
  constexpr std::size_t digits = 16;
  const auto name_at = path.rfind('/') + 1;
  auto name = path.substr(name_at);
  if (1 + name.size() + ending.size() > NAME_MAX) {
    const auto mark = "~" + protocol::to_hex(protocol::sha256(name)).substr(0, digits);
    name = cut_at_a_character(name, NAME_MAX - 1 - mark.size() - ending.size()) + mark;
  }
  return path.substr(0, name_at) + "." + name + std::string(ending);
}

Outcome<PartFile> PartFile::open(const LocalPlace& place) {
  PartFile part(place);
  if (auto opened = part.open_file(); !opened) return opened.error();
  if (::flock(part.fd(), LOCK_EX | LOCK_NB) != 0 || !still_names(part.part_path_, part.fd()))
    return Failure{Cause::local, part.part_path_ + " is in use by another download"};
  return part;
}

Outcome<void> PartFile::open_file() {
  constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  constexpr ::mode_t by_umask = 0666;
  constexpr ::mode_t of_the_owner = 0600;
  const bool replaces = place_.kind == LocalPlace::Kind::file;
  fd_.reset(::open(part_path_.c_str(), flags | O_CREAT | O_EXCL, replaces ? of_the_owner : by_umask));
  if (fd_) return {};
  if (errno != EEXIST) return local_failure("cannot create " + part_path_);
  fd_.reset(::open(part_path_.c_str(), flags));
  if (fd_ ? !is_of_our_own(fd()) : errno == ELOOP)
    return Failure{Cause::local, part_path_ + " is no part of a download of yours: it is in the way"};
  if (!fd_ || (replaces && ::fchmod(fd(), of_the_owner) != 0))
    return local_failure("cannot open " + part_path_);
  return {};
}

Outcome<std::uint64_t> PartFile::size() const {
  struct stat status {};
  if (::fstat(fd(), &status) != 0) return local_failure("cannot look at " + part_path_);
  return static_cast<std::uint64_t>(status.st_size);
}

Outcome<void> PartFile::start_over() {
  if (::ftruncate(fd(), 0) != 0 || ::lseek(fd(), 0, SEEK_SET) != 0)
    return local_failure("cannot empty " + part_path_);
  return {};
}

Outcome<void> PartFile::finish() {
  // Where that cannot be, on a file system without permissions, all files have the same anyway.
  if (place_.kind == LocalPlace::Kind::file) (void)::fchmod(fd(), place_.mode);
  if (::rename(part_path_.c_str(), place_.path.c_str()) != 0) {
    return local_failure("cannot rename " + part_path_ + " to " + place_.path);
  }
  return {};
}

void PartFile::drop_if_empty() {
  const auto bytes = size();
  if (bytes && *bytes == 0) ::unlink(part_path_.c_str());
}

}  // namespace bftp::client::people
