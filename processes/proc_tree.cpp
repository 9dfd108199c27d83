#include "processes/proc_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "protocol/unique_fd.hpp"

namespace bftp::processes {
namespace {

bool parse_number(std::string_view text, int& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && (end == text.data() + text.size() || *end == ' ' || *end == '\n');
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

bool read_entry(int proc, const char* name, ProcessEntry& into) {
  const std::string path = std::string(name) + "/stat";
  const protocol::UniqueFd file(::openat(proc, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  std::array<char, 1024> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  return size > 0 && parse_stat(std::string_view(text.data(), static_cast<std::size_t>(size)), into);
}

}  // namespace

bool parse_stat(std::string_view text, ProcessEntry& into) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 4 >= text.size()) return false;
  if (!parse_number(text.substr(0, text.find(' ')), into.pid)) return false;
  const char state = text[name_end + 2];
  into.zombie = state == 'Z' || state == 'X';
  into.stopped = state == 'T' || state == 't';
  return parse_number(text.substr(name_end + 4), into.parent);
}

std::vector<ProcessEntry> descendants(const std::vector<ProcessEntry>& all, int root) {
  std::unordered_map<int, std::vector<const ProcessEntry*>> children;
  for (const auto& entry : all) children[entry.parent].push_back(&entry);
  std::vector<ProcessEntry> result;
  std::unordered_set<int> seen{root};
  std::vector<int> frontier{root};
  while (!frontier.empty()) {
    const int parent = frontier.back();
    frontier.pop_back();
    const auto found = children.find(parent);
    if (found == children.end()) continue;
    for (const ProcessEntry* entry : found->second) {
      if (!seen.insert(entry->pid).second) continue;
      result.push_back(*entry);
      frontier.push_back(entry->pid);
    }
  }
  return result;
}

std::vector<ProcessEntry> list_processes() {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir("/proc"));
  std::vector<ProcessEntry> all;
  if (!folder) return all;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    ProcessEntry process;
    if (read_entry(::dirfd(folder.get()), entry->d_name, process)) all.push_back(process);
  }
  return all;
}

std::optional<ProcessEntry> find_process(int pid) {
  const protocol::UniqueFd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ProcessEntry entry;
  if (!proc || !read_entry(proc.get(), std::to_string(pid).c_str(), entry)) return std::nullopt;
  return entry;
}

std::vector<ProcessEntry> descendants_of(int root) {
  return descendants(list_processes(), root);
}

}  // namespace bftp::processes
