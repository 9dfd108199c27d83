#include "harness/launch/guard/cgroups.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "protocol/unique_fd.hpp"

namespace bftp::launch::guard {
namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

bool has_word(std::string_view list, std::string_view word) {
  for (const auto& part : split(list, ','))
    if (part == word) return true;
  return false;
}

/// A line of mountinfo: "ID PARENT MAJ:MIN ROOT MOUNTPOINT OPTIONS [TAG...] - TYPE SOURCE SUPEROPTIONS".
struct Mount {
  std::string root, point, type, options;
};

std::optional<Mount> parse_mount(const std::string& line) {
  const auto fields = split(line, ' ');
  std::size_t dash = 6;
  while (dash < fields.size() && fields[dash] != "-") ++dash;
  if (dash + 3 >= fields.size()) return std::nullopt;
  return Mount{fields[3], fields[4], fields[dash + 1], fields[dash + 3]};
}

/// Our cgroup's folder under a mount, if the mount shows it.
std::optional<std::string> folder_in(const Mount& mount, const std::string& path) {
  if (mount.root == "/") return path == "/" ? mount.point : mount.point + path;
  if (path == mount.root) return mount.point;
  if (path.rfind(mount.root + "/", 0) == 0) return mount.point + path.substr(mount.root.size());
  return std::nullopt;
}

bool is_mount_of(const Mount& mount, std::string_view controllers) {
  if (controllers.empty()) return mount.type == "cgroup2";
  return mount.type == "cgroup" && has_word(mount.options, split(controllers, ',').front());
}

std::string read_text(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool write_text(const std::string& path, std::string_view text) {
  const protocol::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// A new cgroup is of use only if we may move processes into it, and that is known only by asking for write
/// access.
std::string make_folder(const std::string& parent, const std::string& name) {
  std::string folder = parent + "/" + name;
  if (::mkdir(folder.c_str(), 0755) != 0) return {};
  const bool usable = ::access((folder + "/cgroup.procs").c_str(), W_OK) == 0 &&
                      ::access((parent + "/cgroup.procs").c_str(), W_OK) == 0;
  if (usable) return folder;
  ::rmdir(folder.c_str());
  return {};
}

/// A tested server may have made cgroups of its own below ours; folders only, files in cgroupfs cannot be
/// unlinked.
void remove_tree(const std::string& folder, int depth) {
  std::error_code ignored;
  if (depth < 8) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) remove_tree(entry.path(), depth + 1);
  }
  for (int attempt = 0; attempt < 50; ++attempt) {
    if (::rmdir(folder.c_str()) == 0 || errno != EBUSY) return;
    ::usleep(2000);  // the kernel lets a cgroup go a moment after its last member
  }
}

}  // namespace

std::vector<Hierarchy> find_hierarchies(std::string_view self_cgroup, std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (const auto& line : split(mountinfo, '\n'))
    if (auto mount = parse_mount(line)) mounts.push_back(*mount);
  std::vector<Hierarchy> result;
  for (const auto& line : split(self_cgroup, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto path = line.substr(second + 1);
    for (const auto& mount : mounts) {
      if (!is_mount_of(mount, controllers)) continue;
      const auto folder = folder_in(mount, path);
      if (!folder) continue;
      if (controllers.empty()) result.push_back({*folder, ""});
      for (const auto& controller : split(controllers, ',')) result.push_back({*folder, controller});
      break;
    }
  }
  return result;
}

Cgroups Cgroups::make(const std::string& name, unsigned processes_max) {
  Cgroups made;
  for (const auto& hierarchy :
       find_hierarchies(read_text("/proc/self/cgroup"), read_text("/proc/self/mountinfo"))) {
    if (hierarchy.controller.empty()) made.v2_ = make_folder(hierarchy.folder, name);
    if (hierarchy.controller == "cpuacct") made.cpuacct_ = make_folder(hierarchy.folder, name);
    if (hierarchy.controller == "pids" && processes_max > 0) made.pids_ = make_folder(hierarchy.folder, name);
  }
  if (processes_max > 0) {
    const std::string limit = std::to_string(processes_max);
    made.processes_limited_ = (!made.v2_.empty() && write_text(made.v2_ + "/pids.max", limit)) ||
                              (!made.pids_.empty() && write_text(made.pids_ + "/pids.max", limit));
  }
  return made;
}

std::vector<std::string> Cgroups::procs_files() const {
  std::vector<std::string> files;
  for (const auto* folder : {&v2_, &cpuacct_, &pids_})
    if (!folder->empty()) files.push_back(*folder + "/cgroup.procs");
  return files;
}

void Cgroups::kill() const {
  if (!pids_.empty()) write_text(pids_ + "/pids.max", "0");
  if (!v2_.empty()) write_text(v2_ + "/cgroup.kill", "1");
}

void Cgroups::remove() const {
  for (const auto* folder : {&v2_, &cpuacct_, &pids_})
    if (!folder->empty()) remove_tree(*folder, 0);
}

}  // namespace bftp::launch::guard
