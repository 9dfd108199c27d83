#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <set>

#include "harness/measure/cpu_account.hpp"
#include "harness/measure/hotspot_counters.hpp"
#include "harness/measure/make_probe.hpp"
#include "harness/measure/runtime.hpp"

namespace bftp::measure {
namespace {

constexpr double mib = 1024.0 * 1024.0;

/// Times of a tree as /proc has them: own time of everybody alive (and of zombies), and of children waited
/// for.
struct ProcTimes {
  double total_s = 0, user_s = 0, system_s = 0;
};

/// A whole collection of a large heap takes seconds; one that has not come by then is not asked for again.
constexpr std::chrono::seconds collection_patience{10};
constexpr std::size_t counters_bytes_max = 256u << 10;  // HotSpot's own are 32 KiB

/// The more, the more garbage a runtime may leave lying: a start script in Python is not what counts.
int garbage_rank(record::RuntimeKind kind) {
  using record::RuntimeKind;
  switch (kind) {
    case RuntimeKind::unknown:
      return 0;
    case RuntimeKind::cpython:
      return 1;
    case RuntimeKind::go:
      return 2;
    case RuntimeKind::ruby:
      return 3;
    case RuntimeKind::v8:
      return 4;
    case RuntimeKind::dotnet:
      return 5;
    case RuntimeKind::hotspot:
      return 6;
  }
  return 0;
}

class ProcTreeProbe final : public Probe {
 public:
  ProcTreeProbe(std::unique_ptr<ProcFiles> files, ProbeTarget target)
      : files_(std::move(files)),
        target_(std::move(target)),
        account_(open_cpu_account(*files_, target_.cgroup_v2, target_.cgroup_v1_cpuacct)),
        tree_(*files_, target_) {
    if (target_.guard) guard_stat_ = files_->open("/proc/" + std::to_string(*target_.guard) + "/stat");
  }

  record::ResourceSample read(Detail detail) override {
    const std::scoped_lock lock(mutex_);
    const bool full = detail == Detail::full;
    tree_.refresh(full);
    if (full && account_ && tree_.somebody_is_outside_cgroup()) do_without_cgroup();
    record::ResourceSample sample;
    count_processes(sample);
    count_descriptors(sample);
    fill_cpu(sample);
    sample.anon_mib = anon_mib();
    if (!full) return sample;
    sample.zombies = tree_.zombies();
    fill_memory(sample);
    sample.collector = collector();
    sample.sockets_close_wait = close_wait();
    return sample;
  }

  std::optional<double> cpu_total_s() override {
    const std::scoped_lock lock(mutex_);
    if (account_) {
      const auto times = account_->read();
      return times ? std::optional(never_less(times->total_s)) : std::nullopt;
    }
    tree_.refresh(true);
    return never_less(proc_times().total_s + beyond_proc_s_);
  }

  std::optional<double> instructions_total() override {
    const std::scoped_lock lock(mutex_);
    if (!instructions_tried_) {
      instructions_tried_ = true;
      instructions_ = files_->count_instructions(threads_now());
    }
    return instructions_ ? instructions_->total() : std::nullopt;
  }

  record::ServerRuntime runtime() override {
    const std::scoped_lock lock(mutex_);
    tree_.refresh(true);
    record::ServerRuntime most;
    for (auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;
      RecognisedRuntime found = recognise_runtime(*files_, pid);
      member.counters_file = found.counters.empty() ? nullptr : files_->open(found.counters);
      if (garbage_rank(found.runtime.kind) > garbage_rank(most.kind)) most = std::move(found.runtime);
    }
    return most;
  }

  bool collect_garbage() override {
    std::vector<int> pids;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& [pid, member] : tree_.members()) {
        if (!member.counters_file || member.stat.zombie) continue;
        if (member.refuses_collection) return false;
        pids.push_back(pid);
      }
    }
    // Not under the lock: the sampler goes on meanwhile.
    const auto collected = [&](int pid) {
      return files_->collect_hotspot(pid, collection_patience);
    };
    const auto refusing = std::find_if_not(pids.begin(), pids.end(), collected);
    if (refusing == pids.end()) return !pids.empty();
    const std::scoped_lock lock(mutex_);
    const auto member = tree_.members().find(*refusing);
    if (member != tree_.members().end()) member->second.refuses_collection = true;
    return false;
  }

  std::string cpu_source() const override {
    const std::scoped_lock lock(mutex_);
    return account_ ? account_->source() : "/proc";
  }

 private:
  std::vector<int> threads_now() {
    tree_.refresh(true);
    std::vector<int> threads;
    for (const auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;
      for (const std::string& thread : files_->list("/proc/" + std::to_string(pid) + "/task"))
        if (const auto id = parse_count(thread)) threads.push_back(static_cast<int>(*id));
    }
    return threads;
  }

  void count_processes(record::ResourceSample& sample) {
    std::uint32_t processes = 0, threads = 0;
    std::uint64_t pages = 0;
    for (const auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;
      ++processes;
      threads += member.stat.threads;
      pages += member.stat.rss_pages;
    }
    sample.processes = processes;
    sample.threads = threads;
    sample.rss_mib = static_cast<double>(pages) * page_bytes_ / mib;
  }

  /// Unknown if one of the processes does not let us look (another user's): a part of the sum would pass for
  /// the whole.
  void count_descriptors(record::ResourceSample& sample) {
    std::uint32_t sum = 0;
    for (const auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;
      const auto count = member.descriptors ? member.descriptors->entries() : std::nullopt;
      if (!count) return;
      sum += *count;
    }
    sample.fds = sum;
  }

  void fill_cpu(record::ResourceSample& sample) {
    if (account_) {
      const auto times = account_->read();
      if (!times) return;
      sample.cpu_total_s = never_less(times->total_s);
      sample.cpu_user_s = times->user_s;
      sample.cpu_system_s = times->system_s;
      return;
    }
    if (tree_.members().empty() && last_total_ == 0) return;
    const auto times = proc_times();
    sample.cpu_total_s = never_less(times.total_s + beyond_proc_s_);
    user_ = std::max(user_, times.user_s);
    system_ = std::max(system_, times.system_s);
    sample.cpu_user_s = user_;
    sample.cpu_system_s = system_;
  }

  /// The guard waits for the server's orphans, so their time is in its count of waited-for children. Children
  /// that nobody waits for (SIGCHLD ignored) are in no count: only a cgroup knows them.
  ProcTimes proc_times() {
    ProcTimes times;
    for (const auto& [pid, member] : tree_.members()) {
      const StatLine& stat = member.stat;
      const double own_ticks_s = ticks_s(stat.user_ticks + stat.system_ticks);
      times.total_s += files_->cpu_clock_s(pid).value_or(own_ticks_s) +
                       ticks_s(stat.children_user_ticks + stat.children_system_ticks);
      times.user_s += ticks_s(stat.user_ticks + stat.children_user_ticks);
      times.system_s += ticks_s(stat.system_ticks + stat.children_system_ticks);
    }
    std::array<char, 1024> line{};
    const auto text = guard_stat_ ? guard_stat_->read(line) : std::nullopt;
    if (const auto guard = text ? parse_stat_line(*text) : std::nullopt) {
      times.total_s += ticks_s(guard->children_user_ticks + guard->children_system_ticks);
      times.user_s += ticks_s(guard->children_user_ticks);
      times.system_s += ticks_s(guard->children_system_ticks);
    }
    return times;
  }

  /// The account lacks who is outside. What it has counted so far stays: /proc may have lost some of it.
  void do_without_cgroup() {
    if (const auto times = account_->read()) never_less(times->total_s);
    account_.reset();
    tree_.forget_cgroup();
    beyond_proc_s_ = std::max(0.0, last_total_ - proc_times().total_s);
  }

  double ticks_s(std::uint64_t ticks) const { return static_cast<double>(ticks) / ticks_per_s_; }

  /// A process that ends between two looks takes part of a tick with it; a total that falls would make
  /// negative costs.
  double never_less(double total) { return last_total_ = std::max(last_total_, total); }

  /// Resident less shared pages of statm (proc(5)): those of no file.
  std::optional<double> anon_mib() {
    std::uint64_t pages = 0;
    std::array<char, 256> buffer{};
    for (auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;
      if (!member.statm_file) member.statm_file = files_->open("/proc/" + std::to_string(pid) + "/statm");
      if (!member.statm_file) return std::nullopt;
      const auto text = member.statm_file->read(buffer);
      if (!text) continue;  // ended since the refresh
      const auto numbers = parse_pids(*text);
      if (numbers.size() >= 3) pages += static_cast<std::uint64_t>(std::max(0, numbers[1] - numbers[2]));
    }
    return static_cast<double>(pages) * page_bytes_ / mib;
  }

  /// PSS and private memory; both stay unknown if one process does not tell.
  void fill_memory(record::ResourceSample& sample) {
    std::uint64_t pss_kib = 0, private_kib = 0;
    std::optional<std::uint64_t> file_kib = 0;
    std::array<char, 2048> buffer{};
    for (auto& [pid, member] : tree_.members()) {
      if (member.stat.zombie) continue;  // a zombie has no memory
      if (!member.smaps_file)
        member.smaps_file = files_->open("/proc/" + std::to_string(pid) + "/smaps_rollup");
      if (!member.smaps_file) return;
      const auto text = member.smaps_file->read(buffer);
      if (!text) continue;  // ended since the refresh
      const auto pss = value_of_key(*text, "Pss");
      if (!pss && !text->empty()) return;
      pss_kib += pss.value_or(0);
      const auto of_files = value_of_key(*text, "Pss_File");
      if (!of_files && !text->empty()) file_kib.reset();
      if (file_kib) *file_kib += of_files.value_or(0);
      for (const char* part : {"Private_Clean", "Private_Dirty", "Private_Hugetlb"})
        private_kib += value_of_key(*text, part).value_or(0);
    }
    sample.pss_mib = static_cast<double>(pss_kib) / 1024.0;
    sample.private_mib = static_cast<double>(private_kib) / 1024.0;
    if (file_kib) sample.pss_file_mib = static_cast<double>(*file_kib) / 1024.0;
  }

  /// Summed over the processes whose runtime tells; nothing if none does.
  std::optional<record::Collector> collector() {
    std::optional<record::Collector> sum;
    for (auto& [pid, member] : tree_.members()) {
      if (!member.counters_file || member.stat.zombie) continue;
      counters_.resize(counters_bytes_max);
      const auto data = member.counters_file->read(counters_);
      const auto one = data ? parse_hotspot_counters(*data) : std::nullopt;
      if (!one) continue;
      if (!sum) sum.emplace();
      sum->runs += one->runs;
      sum->whole_runs += one->whole_runs;
      sum->survived_mib += one->survived_mib;
    }
    return sum;
  }

  /// By the server's port where it is known: cheap, and sockets shared between forked processes count once.
  /// Others are matched by inode, for which every descriptor has to be looked at, so only when there are any.
  std::optional<std::uint32_t> close_wait() {
    const auto waiting = files_->close_wait();
    if (!waiting) return std::nullopt;
    std::uint32_t count = 0;
    std::vector<std::uint64_t> others;
    for (const auto& socket : *waiting) {
      if (socket.inode == 0) continue;
      if (target_.port != 0 && socket.local.port == target_.port) {
        ++count;
      } else {
        others.push_back(socket.inode);
      }
    }
    if (others.empty()) return count;
    const auto held = held_inodes();
    for (const auto inode : others)
      if (held.contains(inode)) ++count;
    return count;
  }

  std::set<std::uint64_t> held_inodes() {
    constexpr std::string_view prefix = "socket:[";
    std::set<std::uint64_t> inodes;
    for (const auto& [pid, member] : tree_.members()) {
      const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
      for (const auto& name : files_->list(folder)) {
        const auto link = files_->read_link(folder + "/" + name);
        if (!link || !link->starts_with(prefix)) continue;
        if (const auto inode = parse_count(std::string_view(*link).substr(prefix.size())))
          inodes.insert(*inode);
      }
    }
    return inodes;
  }

  mutable std::mutex mutex_;
  std::unique_ptr<ProcFiles> files_;
  ProbeTarget target_;
  std::unique_ptr<CpuAccount> account_;
  ProcessTree tree_;
  std::vector<char> counters_;
  std::unique_ptr<ProcFile> guard_stat_;
  std::unique_ptr<EventCounter> instructions_;  ///< null where nobody counts them
  bool instructions_tried_ = false;
  double page_bytes_ = static_cast<double>(::sysconf(_SC_PAGESIZE));
  double ticks_per_s_ = static_cast<double>(::sysconf(_SC_CLK_TCK));
  double last_total_ = 0, user_ = 0, system_ = 0;
  double beyond_proc_s_ =
      0;  ///< that the cgroup had counted and /proc had not, when we left the one for the other
};

}  // namespace

std::unique_ptr<Probe> make_probe(const ProbeTarget& target, std::unique_ptr<ProcFiles> files) {
  if (!target.top && !target.guard && target.cgroup_v2.empty() && target.cgroup_v1_cpuacct.empty())
    return nullptr;
  if (!files) files = make_proc_files();
  return std::make_unique<ProcTreeProbe>(std::move(files), target);
}

std::unique_ptr<Probe> make_probe(const launch::ServerHandle& server) {
  const auto tree = server.tree();
  return make_probe(
      ProbeTarget{tree.top, tree.guard, tree.cgroup_v2, tree.cgroup_v1_cpuacct, server.endpoint().port});
}

std::unique_ptr<Probe> make_probe(int pid, const std::string& cgroup_v2) {
  return make_probe(ProbeTarget{pid, std::nullopt, cgroup_v2, {}, 0});
}

}  // namespace bftp::measure
