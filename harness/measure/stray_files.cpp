#include "harness/measure/stray_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace bftp::measure {
namespace {

namespace fs = std::filesystem;

/// A server names its files as it likes: whatever is no printable ASCII goes as \xNN.
std::string printable(const std::string& name, std::size_t bytes_max) {
  std::string text;
  for (const char c : name.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x20 || byte >= 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return name.size() > bytes_max ? text + "..." : text;
}

std::set<std::string> with_folders(const std::vector<std::string>& paths) {
  std::set<std::string> all;
  for (const std::string& path : paths)
    for (fs::path at = path; !at.empty() && at != at.root_path(); at = at.parent_path())
      all.insert(at.string());
  return all;
}

}  // namespace

record::StrayFiles stray_files(const std::string& root, const std::vector<std::string>& expected,
                               const StrayBounds& bounds) {
  record::StrayFiles found;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  auto at = fs::recursive_directory_iterator(root, options, error);
  if (error || root.empty()) return found;
  found.known = true;
  const auto known = with_folders(expected);
  std::set<std::string> names;
  std::size_t looked_at = 0;
  while (!error && at != fs::recursive_directory_iterator()) {
    if (++looked_at > bounds.entries_max) {
      found.complete = false;
      break;
    }
    const std::string name = at->path().lexically_relative(root).string();
    if (!known.contains(name)) {
      ++found.count;
      names.insert(name);
      if (names.size() > bounds.names_max) names.erase(std::prev(names.end()));
    }
    if (at.depth() >= bounds.depth_max) at.disable_recursion_pending();
    at.increment(error);
  }
  for (const std::string& name : names) found.names.push_back(printable(name, bounds.name_bytes_max));
  return found;
}

std::vector<std::string> folders_in(const std::string& root, const StrayBounds& bounds) {
  std::vector<std::string> folders;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  auto at = fs::recursive_directory_iterator(root, options, error);
  std::size_t looked_at = 0;
  while (!error && at != fs::recursive_directory_iterator() && ++looked_at <= bounds.entries_max) {
    std::error_code unknown;
    if (at->is_directory(unknown) && !at->is_symlink(unknown))
      folders.push_back(at->path().lexically_relative(root).string());
    if (at.depth() >= bounds.depth_max) at.disable_recursion_pending();
    at.increment(error);
  }
  return folders;
}

}  // namespace bftp::measure
