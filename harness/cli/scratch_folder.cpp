#include "harness/cli/scratch_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "processes/remove_folder.hpp"

namespace bftp::cli {
namespace {

constexpr std::string_view prefix = "bftp-torture-";
constexpr std::string_view random_part = "XXXXXX";
/// In each folder; its owner holds a lock on it. A folder without one is not touched: it may be in use by a
/// version that does not lock, or on a file system that cannot.
constexpr std::string_view owner_file = "/owner";
/// The lock is taken right after the file was made; one that is this old and not locked has nobody.
constexpr auto unlocked_age = std::chrono::minutes(1);

/// `flags` beside those for a safe read. Invalid if there is none, or if somebody else holds it.
protocol::UniqueFd lock_folder(const std::string& path, int flags = 0) {
  const std::string name = path + std::string(owner_file);
  protocol::UniqueFd owner(
      ::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0600));
  if (owner && ::flock(owner.get(), LOCK_EX | LOCK_NB) != 0) owner.reset();
  return owner;
}

bool is_abandoned(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != ::geteuid())
    return false;
  const auto changed = std::chrono::system_clock::from_time_t(status.st_mtime);
  return std::chrono::system_clock::now() - changed > unlocked_age && lock_folder(path);
}

/// The owner's file last: as long as it is there, the next run knows the folder for one of ours, and tries
/// again.
void remove_whole(const std::string& path) {
  std::error_code failed;
  std::vector<std::string> inside;
  for (std::filesystem::directory_iterator entry(path, failed), end; !failed && entry != end;
       entry.increment(failed))
    inside.push_back(entry->path().string());
  for (const std::string& entry : inside)
    if (entry != path + std::string(owner_file)) static_cast<void>(processes::remove_folder(entry));
  std::filesystem::remove_all(path, failed);
}

/// Failures are of no account: what cannot be removed now stays for the next.
void remove_abandoned(const std::filesystem::path& base) {
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(base, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.size() != prefix.size() + random_part.size() || !name.starts_with(prefix)) continue;
    if (is_abandoned(entry->path().string())) remove_whole(entry->path().string());
  }
}

}  // namespace

protocol::Result<std::unique_ptr<ScratchFolder>> ScratchFolder::create() {
  std::error_code error;
  const auto base = std::filesystem::temp_directory_path(error);
  std::filesystem::path parent = error ? std::filesystem::path("/tmp") : base;
  // A server that works in another folder than ours is told this path, too.
  if (auto whole = std::filesystem::absolute(parent, error); !error) parent = std::move(whole);
  remove_abandoned(parent);
  std::string pattern = parent / fmt::format("{}{}", prefix, random_part);
  if (::mkdtemp(pattern.data()) == nullptr)
    return protocol::system_error(
        fmt::format("cannot make a scratch folder {} (set TMPDIR to a folder that can be written)", pattern));
  auto lock = lock_folder(pattern, O_CREAT | O_EXCL);
  if (!lock) ::unlink((pattern + std::string(owner_file)).c_str());
  return std::unique_ptr<ScratchFolder>(new ScratchFolder(pattern, std::move(lock)));
}

ScratchFolder::~ScratchFolder() {
  remove_whole(path_);
}

}  // namespace bftp::cli
