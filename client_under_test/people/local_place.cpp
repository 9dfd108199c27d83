#include "client_under_test/people/local_place.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace bftp::client::people {

namespace {

constexpr int links_max = 40;  // as the kernel has it, path_resolution(7)
constexpr ::mode_t permission_bits = 0777;

/// Follows symbolic links as far as they lead, the last of them perhaps to a file that is still to be made.
Outcome<std::string> follow_links(const std::string& path) {
  std::filesystem::path at = path;
  for (int links = 0; links <= links_max; ++links) {
    std::error_code error;
    if (std::filesystem::symlink_status(at, error).type() != std::filesystem::file_type::symlink)
      return at.string();
    const auto target = std::filesystem::read_symlink(at, error);
    if (error) return Failure{Cause::local, "cannot read the link " + at.string() + ": " + error.message()};
    at = at.parent_path() / target;  // an absolute target takes the place of the whole
  }
  return Failure{Cause::local, path + " is a link that leads to itself"};
}

Outcome<void> is_in_a_folder(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = slash == path.npos ? std::string("./") : path.substr(0, slash + 1);
  struct stat status {};
  if (path.ends_with('/') || ::stat(folder.c_str(), &status) != 0)
    return Failure{Cause::local, "no such folder: " + folder};
  return {};
}

}  // namespace

Outcome<LocalPlace> look_at_place(const std::string& path, Trust trust) {
  struct stat status {};
  if (trust == Trust::server && ::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) &&
      !S_ISDIR(status.st_mode)) {
    return Failure{Cause::local, path + " is no regular file, and get -r replaces nothing else"};
  }
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  if (is_there && S_ISDIR(status.st_mode)) return Failure{Cause::local, path + " is a folder"};
  if (is_there && !S_ISREG(status.st_mode)) return LocalPlace{path, LocalPlace::Kind::special, 0};
  auto target = follow_links(path);
  if (!target) return target.error();
  if (is_there)
    return LocalPlace{std::move(*target), LocalPlace::Kind::file, status.st_mode & permission_bits};
  if (auto possible = is_in_a_folder(*target); !possible) return possible.error();
  return LocalPlace{std::move(*target), LocalPlace::Kind::nothing, 0};
}

}  // namespace bftp::client::people
