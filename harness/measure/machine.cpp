#include "harness/measure/machine.hpp"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>

#include "harness/measure/proc_text.hpp"

namespace bftp::measure {
namespace {

/// The value of the first "key<blanks><separator> value" line.
std::string text_of_key(std::string_view text, std::string_view key, char separator) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key)) continue;
    const auto at = line.find(separator);
    if (at == std::string_view::npos) continue;
    const auto blanks = line.substr(key.size(), at - key.size());
    if (blanks.find_first_not_of(" \t") != std::string_view::npos) continue;
    auto value = line.substr(at + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t\""), value.size()));
    while (value.ends_with('"') || value.ends_with(' ')) value.remove_suffix(1);
    return std::string(value);
  }
  return {};
}

bool has_word(const std::string& list, const std::string& word) {
  return (" " + list + " ").find(" " + word + " ") != std::string::npos;
}

/// "6.18.44-x" is at least 6.2.
bool at_least(std::string_view kernel, int major, int minor) {
  int have_major = 0, have_minor = 0;
  const auto dot = kernel.find('.');
  std::from_chars(kernel.data(), kernel.data() + std::min(dot, kernel.size()), have_major);
  if (dot != std::string_view::npos)
    std::from_chars(kernel.data() + dot + 1, kernel.data() + kernel.size(), have_minor);
  return have_major > major || (have_major == major && have_minor >= minor);
}

std::string best_cpu_source(ProcFiles& files) {
  const auto mounts = files.read("/proc/self/mountinfo").value_or("");
  if (mounts.find(" - cgroup2 ") != std::string::npos) return "cgroup v2";
  if (mounts.find("cpuacct") != std::string::npos) return "cgroup v1";
  return "/proc";
}

std::vector<std::string> find_limits(ProcFiles& files, const SystemNames& names,
                                     const std::string& cpu_flags) {
  std::vector<std::string> limits;
  if (names.cores == 1)
    limits.emplace_back(
        "There is one processor, so server and clients take it from each other: times say little.");
  if (has_word(cpu_flags, "hypervisor"))
    limits.emplace_back(
        "This is a virtual machine: its host may take processor time away, which is watched as steal.");
  if (!files.open("/proc/self/smaps_rollup"))
    limits.emplace_back("The kernel has no smaps_rollup: proportional memory (PSS) is unknown.");
  if (!at_least(names.kernel, 6, 2))
    limits.emplace_back(
        "The kernel is older than 6.2: counting open descriptors means listing them, which costs more.");
  const auto paranoid = files.read("/proc/sys/kernel/perf_event_paranoid");
  if (!paranoid)
    limits.emplace_back("The kernel offers no performance counters: CPU cost is judged by time alone.");
  return limits;
}

}  // namespace

record::Machine describe_machine(ProcFiles& files, const SystemNames& names) {
  record::Machine machine;
  machine.hostname = names.host;
  machine.kernel = names.kernel;
  machine.cores = names.cores;
  const auto cpu = files.read("/proc/cpuinfo").value_or("");
  auto flags = text_of_key(cpu, "flags", ':');
  if (flags.empty()) flags = text_of_key(cpu, "Features", ':');  // ARM
  machine.cpu_model = text_of_key(cpu, "model name", ':');
  machine.sha_extensions = has_word(flags, "sha_ni") || has_word(flags, "sha2");
  machine.memory_bytes =
      value_of_key(files.read("/proc/meminfo").value_or(""), "MemTotal").value_or(0) * 1024;
  machine.os = text_of_key(files.read("/etc/os-release").value_or(""), "PRETTY_NAME", '=');
  machine.cpu_source = best_cpu_source(files);
  machine.limits = find_limits(files, names, flags);
  return machine;
}

record::Machine describe_machine() {
  SystemNames names;
  utsname system{};
  if (::uname(&system) == 0) {
    names.host = system.nodename;
    names.kernel = system.release;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    names.cores = static_cast<std::uint32_t>(CPU_COUNT(&set));
  return describe_machine(*make_proc_files(), names);
}

}  // namespace bftp::measure
