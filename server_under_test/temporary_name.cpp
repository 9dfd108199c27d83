#include "server_under_test/temporary_name.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "protocol/unique_fd.hpp"
#include "server_under_test/folder_walk.hpp"

namespace bftp::server {

namespace {

using protocol::UniqueFd;

constexpr std::string_view prefix = ".bftpd-";
constexpr std::string_view suffix = ".part";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool remove_if_orphan(int parent, const char* name) {
  const UniqueFd file(::openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  return ::unlinkat(parent, name, 0) == 0;
}

}  // namespace

std::string next_temporary_name() {
  // Counts per process, which is what the name needs; a forked child has another process number.
  static std::atomic<unsigned long> used = 0;
  std::string name(prefix);
  name += std::to_string(::getpid());
  name += '-';
  name += std::to_string(++used);
  name += suffix;
  return name;
}

bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  name.remove_prefix(prefix.size());
  name.remove_suffix(suffix.size());
  const auto dash = name.find('-');
  return dash != std::string_view::npos && is_number(name.substr(0, dash)) &&
         is_number(name.substr(dash + 1));
}

bool leads_through_temporary(std::string_view virtual_path) {
  for (auto at = virtual_path.find(prefix); at != std::string_view::npos;
       at = virtual_path.find(prefix, at + 1)) {
    const auto name = virtual_path.substr(at, virtual_path.find('/', at) - at);
    if (at > 0 && virtual_path[at - 1] == '/' && is_temporary_name(name)) return true;
  }
  return false;
}

std::optional<struct stat> claim(int file) {
  struct stat about {};
  if (::flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return std::nullopt;
  if (::fstat(file, &about) != 0 || about.st_nlink == 0) return std::nullopt;
  return about;
}

int remove_orphans(int root, const Stop* stop) {
  int removed = 0;
  walk_files(root, [&removed, stop](int folder, const char* name) {
    if (is_temporary_name(name) && remove_if_orphan(folder, name)) ++removed;
    return stop == nullptr || !stop->requested();
  });
  return removed;
}

}  // namespace bftp::server
