#include "processes/tree_bounds.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>

#include "protocol/unique_fd.hpp"

namespace bftp::processes {
namespace {

/// The whole text, or what fits: both files are far smaller. Empty if the process is gone or not ours to look
/// at.
std::string read_proc(int pid, const char* name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
  const protocol::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 8192> text{};
  std::string all;
  while (file && all.size() < 4 * text.size()) {
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    if (size <= 0) break;
    all.append(text.data(), static_cast<std::size_t>(size));
  }
  return all;
}

/// Of a line "NAME:      123 kB".
std::optional<std::uint64_t> kib_line(std::string_view text, std::string_view name) {
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    auto line = text.substr(from, end - from);
    from = end + 1;
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    line.remove_prefix(name.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::uint64_t kib = 0;
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), kib);
    if (error == std::errc()) return kib;
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t held_bytes(std::string_view status) {
  std::uint64_t kib = 0;
  for (const char* name : {"RssAnon", "RssShmem", "VmSwap"}) kib += kib_line(status, name).value_or(0);
  return kib * 1024;
}

std::optional<std::uint64_t> shared_out_bytes(std::string_view rollup) {
  const auto anonymous = kib_line(rollup, "Pss_Anon");
  if (!anonymous) return std::nullopt;
  return (*anonymous + kib_line(rollup, "Pss_Shmem").value_or(0) + kib_line(rollup, "SwapPss").value_or(0)) *
         1024;
}

std::optional<TreeExcess> beyond(std::span<const int> pids, const TreeBounds& bounds) {
  if (bounds.processes_max > 0 && pids.size() > bounds.processes_max)
    return TreeExcess{0, static_cast<std::uint32_t>(pids.size())};
  if (bounds.memory_bytes_max == 0) return std::nullopt;
  std::uint64_t held = 0;
  for (const int pid : pids) held += held_bytes(read_proc(pid, "status"));
  if (held <= bounds.memory_bytes_max) return std::nullopt;
  std::uint64_t shared_out = 0;
  for (const int pid : pids)
    shared_out +=
        shared_out_bytes(read_proc(pid, "smaps_rollup")).value_or(held_bytes(read_proc(pid, "status")));
  if (shared_out <= bounds.memory_bytes_max) return std::nullopt;
  return TreeExcess{shared_out, 0};
}

}  // namespace bftp::processes
