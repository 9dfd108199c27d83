#include "server_under_test/root_folder.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

using protocol::Refusal;
using protocol::ReplyCode;
using protocol::UniqueFd;
using protocol::VirtualPath;

namespace {

Refusal wrong_kind(std::string text) {
  return {ReplyCode::wrong_kind, std::move(text)};
}

Refusal is_folder() {
  return wrong_kind("that is a folder");
}

Refusal is_no_file() {
  return wrong_kind("that is no regular file");
}

Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return Kind::file;
  return S_ISDIR(mode) ? Kind::folder : Kind::other;
}

Found describe(const struct stat& about) {
  const Kind kind = kind_of(about.st_mode);
  return {kind, kind == Kind::file ? static_cast<std::uint64_t>(about.st_size) : 0};
}

Opened open_below(const PathResolver& resolver, const VirtualPath& path, int flags) {
  if (leads_through_temporary(path.text)) return {UniqueFd(), ENOENT};
  return resolver.open(path.relative(), flags);
}

/// Both places lie in the root, so EXDEV means a mount below it, and EINVAL a folder in itself by way of a
/// link.
Refusal refusal_of_rename(int code) {
  if (code == EXDEV) return {ReplyCode::server_failed, "the server cannot move between file systems"};
  if (code == EINVAL) return wrong_kind("a folder cannot move into itself");
  if (code == EBUSY) return wrong_kind("another file system is mounted there");
  return refusal_for(code);
}

std::string real_path_of(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
  return real ? real.get() : path;
}

/// What stands at `place` itself, which may be a link; nothing if that cannot be told.
std::optional<struct stat> look_at(const Place& place) {
  struct stat about {};
  if (::fstatat(place.folder.get(), place.name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0)
    return std::nullopt;
  return about;
}

std::uint64_t own_size(const Place& place) {
  const auto about = look_at(place);
  return about ? describe(*about).size : 0;
}

bool is_same_file(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// Two paths may lead to one file, by links to folders or by hard links; rename(2) then changes nothing.
bool is_same_file(const Place& one, const Place& other) {
  const auto here = look_at(one);
  const auto there = look_at(other);
  return here && there && is_same_file(*here, *there);
}

bool is_link(const Place& place) {
  const auto about = look_at(place);
  return about && S_ISLNK(about->st_mode);
}

/// With all links followed.
bool lead_to_one_file(const PathResolver& resolver, const VirtualPath& one, const VirtualPath& other) {
  const auto first = open_below(resolver, one, O_PATH);
  const auto second = open_below(resolver, other, O_PATH);
  struct stat here {};
  struct stat there {};
  return first && second && ::fstat(first.fd.get(), &here) == 0 && ::fstat(second.fd.get(), &there) == 0 &&
         is_same_file(here, there);
}

}  // namespace

Refusal refusal_for(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:  // a file stands where the path wants a folder
    case ESTALE:
      return {ReplyCode::not_found, "no such file or folder"};
    case EXDEV:
    case ELOOP:
      return {ReplyCode::forbidden, "the path leads outside the root"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ReplyCode::forbidden, "the server may not do that"};
    case ENAMETOOLONG:
      return {ReplyCode::malformed, "a name is too long for the server's file system"};
    case EEXIST:
      return wrong_kind("that exists");
    case ENOTEMPTY:
      return wrong_kind("the folder is not empty");
    case EISDIR:
      return is_folder();
    case ENXIO:  // open() of a socket, or of a FIFO that nobody reads
    case EBUSY:
      return is_no_file();
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ReplyCode::out_of_space, "out of space"};
    default:
      return {ReplyCode::server_failed, std::string("the server failed: ") + ::strerror(code)};
  }
}

protocol::Result<std::unique_ptr<RootFolder>> RootFolder::open(const std::string& path, bool openat2) {
  std::unique_ptr<RootFolder> root(new RootFolder);
  root->fd_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root->fd_) return protocol::system_error("cannot serve the folder \"" + path + "\"");
  root->real_path_ = real_path_of(path);
  auto walking = make_walking_resolver(root->fd(), root->real_path_);
  root->resolver_ = openat2 && kernel_has_openat2(root->fd())
                        ? make_kernel_resolver(root->fd(), std::move(walking))
                        : std::move(walking);
  return root;
}

Outcome<OpenFile> RootFolder::open_file(const VirtualPath& path) const {
  // O_NONBLOCK: a FIFO opens at once, with nobody at its other end; it means nothing to a regular file.
  auto opened = open_below(*resolver_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!opened) return refusal_for(opened.error);
  struct stat about {};
  if (::fstat(opened.fd.get(), &about) != 0) return refusal_for(errno);
  if (S_ISDIR(about.st_mode)) return is_folder();
  if (!S_ISREG(about.st_mode)) return is_no_file();
  if (path.names_folder) return wrong_kind("that is a file, and the path ends with /");
  return OpenFile{std::move(opened.fd), static_cast<std::uint64_t>(about.st_size)};
}

Outcome<UniqueFd> RootFolder::open_folder(const VirtualPath& path) const {
  auto opened = open_below(*resolver_, path, O_RDONLY | O_DIRECTORY);
  if (opened) return std::move(opened.fd);
  if (opened.error != ENOTDIR) return refusal_for(opened.error);
  // Either the path's end is no folder, or a name on the way to it is none.
  if (auto found = look(path); !found) return found.error();
  return wrong_kind("that is no folder");
}

Outcome<Found> RootFolder::look(const VirtualPath& path) const {
  const auto opened = open_below(*resolver_, path, O_PATH);
  if (!opened) return refusal_for(opened.error);
  struct stat about {};
  if (::fstat(opened.fd.get(), &about) != 0) return refusal_for(errno);
  const auto found = describe(about);
  if (path.names_folder && found.kind != Kind::folder)
    return wrong_kind("that is no folder, and the path ends with /");
  return found;
}

Outcome<Place> RootFolder::place(const VirtualPath& path) const {
  auto folder = open_below(*resolver_, VirtualPath{path.parent(), true}, O_PATH | O_DIRECTORY);
  if (!folder) return refusal_for(folder.error);
  if (is_temporary_name(path.name())) return Refusal{ReplyCode::forbidden, "the server keeps such names"};
  return Place{.folder = std::move(folder.fd), .name = path.name()};
}

Outcome<Place> RootFolder::place_for_file(const VirtualPath& path) const {
  if (path.is_root()) return is_folder();
  auto there = place(path);
  if (!there) return there;
  struct stat about {};
  const bool exists = ::fstatat(there->folder.get(), there->name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && S_ISREG(about.st_mode)) there->permissions = about.st_mode & ACCESSPERMS;
  if (exists && S_ISLNK(about.st_mode)) {
    // The link itself gets replaced, but only where clients may follow it; a dangling one hides nothing.
    const auto found = look(VirtualPath{path.text, false});
    if (!found && found.error().code != ReplyCode::not_found) return found.error();
    about.st_mode = found && found->kind == Kind::folder ? S_IFDIR : S_IFREG;
  }
  if (exists && S_ISDIR(about.st_mode)) return is_folder();
  if (exists && !S_ISREG(about.st_mode)) return is_no_file();
  if (path.names_folder) return wrong_kind("a file's path does not end with /");
  return there;
}

Outcome<void> RootFolder::make_folder(const VirtualPath& path) const {
  if (path.is_root()) return wrong_kind("that exists");
  const auto there = place(path);
  if (!there) return there.error();
  if (::mkdirat(there->folder.get(), there->name.c_str(), 0777) == 0) return {};
  const int code = errno;
  // A link that leads out is "outside", not "exists".
  if (const auto found = look(VirtualPath{path.text, false});
      !found && found.error().code == ReplyCode::forbidden)
    return found.error();
  return refusal_for(code);
}

Outcome<void> RootFolder::remove_folder(const VirtualPath& path) const {
  if (path.is_root()) return Refusal{ReplyCode::forbidden, "the root stays"};
  const auto found = look(path);
  if (!found) return found.error();
  if (found->kind != Kind::folder) return wrong_kind("that is no folder");
  const auto there = place(path);
  if (!there) return there.error();
  if (::unlinkat(there->folder.get(), there->name.c_str(), AT_REMOVEDIR) == 0) return {};
  if (errno == ENOTDIR) return wrong_kind("that is a link to a folder");
  if (errno == EBUSY) return wrong_kind("another file system is mounted there");
  // Some file systems say EEXIST where others say ENOTEMPTY.
  return refusal_for(errno == EEXIST ? ENOTEMPTY : errno);
}

Outcome<std::uint64_t> RootFolder::remove_file(const VirtualPath& path) const {
  if (path.is_root()) return Refusal{ReplyCode::forbidden, "the root stays"};
  const auto found = look(path);
  if (!found) return found.error();
  if (found->kind == Kind::folder) return is_folder();
  if (found->kind == Kind::other) return is_no_file();
  const auto there = place(path);
  if (!there) return there.error();
  const auto freed = own_size(*there);
  if (::unlinkat(there->folder.get(), there->name.c_str(), 0) == 0) return freed;
  return refusal_for(errno);
}

Outcome<std::uint64_t> RootFolder::move(const VirtualPath& from, const VirtualPath& to) const {
  if (from.is_root()) return Refusal{ReplyCode::forbidden, "the root stays"};
  const auto found = look(from);
  if (!found) return found.error();
  if (found->kind == Kind::other) return is_no_file();
  if (found->kind == Kind::file) return move_file(from, to);
  if (auto moved = move_folder(from, to); !moved) return moved.error();
  return std::uint64_t{0};
}

Outcome<std::uint64_t> RootFolder::move_file(const VirtualPath& from, const VirtualPath& to) const {
  const auto source = place(from);
  if (!source) return source.error();
  const auto target = place_for_file(to);
  if (!target) return target.error();
  const bool stays = is_same_file(*source, *target);
  if (!stays && is_link(*source) && lead_to_one_file(*resolver_, from, to)) {
    // In the place of the file that it leads to, or of a link on the way there, a link would lead to itself.
    // The content is where it is to be; what is left to do is to take the link away.
    if (::unlinkat(source->folder.get(), source->name.c_str(), 0) != 0) return refusal_for(errno);
    return std::uint64_t{0};
  }
  const auto replaced = stays ? 0 : own_size(*target);
  if (::renameat(source->folder.get(), source->name.c_str(), target->folder.get(), target->name.c_str()) != 0)
    return refusal_of_rename(errno);
  return replaced;
}

Outcome<void> RootFolder::move_folder(const VirtualPath& from, const VirtualPath& to) const {
  if (to.is_root()) return wrong_kind("that exists");
  const auto source = place(from);
  if (!source) return source.error();
  const auto target = place(to);
  if (!target) return target.error();
  // NOREPLACE: rename(2) would put a folder in the place of an empty one.
  if (::renameat2(source->folder.get(), source->name.c_str(), target->folder.get(), target->name.c_str(),
                  RENAME_NOREPLACE) == 0)
    return {};
  const int code = errno;
  if (code == EINVAL) {
    if ((to.text + "/").starts_with(from.text + "/")) return wrong_kind("a folder cannot move into itself");
    // Some file systems know no RENAME_NOREPLACE (rename(2)).
    struct stat about {};
    if (::fstatat(target->folder.get(), target->name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0)
      return wrong_kind("that exists");
    if (::renameat(source->folder.get(), source->name.c_str(), target->folder.get(), target->name.c_str()) ==
        0)
      return {};
    return refusal_of_rename(errno);
  }
  if (const auto there = look(VirtualPath{to.text, false});
      !there && there.error().code == ReplyCode::forbidden)
    return there.error();
  return refusal_of_rename(code);
}

}  // namespace bftp::server
