#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/measure/proc_files.hpp"

namespace bftp::measure {

/// A file system of literal texts. What tests change is what the next read shows, also through files opened
/// before.
struct FakeWorld {
  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<std::string>> folders;
  std::map<std::string, std::string> links;
  std::map<int, double> clocks;
  std::optional<std::vector<processes::TcpSocket>> waiting = std::vector<processes::TcpSocket>{};
  int opens = 0;
  std::optional<double> instructions;  ///< that a counter shows; none: there is no counter
  std::vector<int> counted_threads;
  std::set<int> collecting;  ///< processes that collect their garbage when asked
  std::vector<int> asked_to_collect;

  void add_process(int pid, int parent, const std::string& state = "S", int threads = 1, int rss_pages = 256,
                   const std::string& ticks = "10 20 30 40") {
    const auto proc = "/proc/" + std::to_string(pid);
    files[proc + "/stat"] = std::to_string(pid) + " (a (b) c) " + state + " " + std::to_string(parent) +
                            " 1 1 0 -1 4194304 5 6 7 8 " + ticks + " 20 0 " + std::to_string(threads) +
                            " 0 12345 1048576 " + std::to_string(rss_pages) + " 18446744073709551615 1 1 0\n";
    files[proc + "/task/" + std::to_string(pid) + "/children"] = "";
    files[proc + "/smaps_rollup"] =
        "00400000-7fff0000 ---p 00000000 00:00 0    [rollup]\nRss:  2048 kB\nPss:  1024 kB\nPss_Anon:  512 "
        "kB\nPss_File:  384 kB\nPrivate_Clean:  256 kB\nPrivate_Dirty:  512 kB\n";
    files[proc + "/statm"] = "3000 512 256 10 0 900 0\n";
    folders[proc + "/fd"] = {"0", "1", "2"};
    clocks[pid] = 1.5;
    auto& siblings =
        files["/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"];
    siblings += std::to_string(pid) + " ";
  }

  void end_process(int pid) {
    const auto proc = "/proc/" + std::to_string(pid) + "/";
    std::erase_if(files, [&](const auto& file) { return file.first.starts_with(proc); });
    std::erase_if(folders, [&](const auto& folder) { return folder.first.starts_with(proc); });
    clocks.erase(pid);
  }
};

class FakeProcFiles final : public ProcFiles {
 public:
  explicit FakeProcFiles(FakeWorld& world) : world_(world) {}

  std::unique_ptr<ProcFile> open(const std::string& path) override {
    ++world_.opens;
    if (!world_.files.contains(path)) return nullptr;
    return std::make_unique<File>(world_, path);
  }
  std::unique_ptr<ProcFolder> open_folder(const std::string& path) override {
    if (!world_.folders.contains(path)) return nullptr;
    return std::make_unique<Folder>(world_, path);
  }
  std::vector<std::string> list(const std::string& path) override { return world_.folders[path]; }
  std::optional<std::string> read_link(const std::string& path) override {
    const auto found = world_.links.find(path);
    if (found == world_.links.end()) return std::nullopt;
    return found->second;
  }
  std::optional<double> cpu_clock_s(int pid) override {
    const auto found = world_.clocks.find(pid);
    if (found == world_.clocks.end()) return std::nullopt;
    return found->second;
  }
  std::unique_ptr<EventCounter> count_instructions(std::span<const int> threads) override {
    world_.counted_threads.assign(threads.begin(), threads.end());
    if (!world_.instructions) return nullptr;
    return std::make_unique<Counter>(world_);
  }
  std::optional<std::vector<processes::TcpSocket>> close_wait() override { return world_.waiting; }
  bool collect_hotspot(int pid, std::chrono::milliseconds) override {
    world_.asked_to_collect.push_back(pid);
    return world_.collecting.contains(pid);
  }

 private:
  struct File final : ProcFile {
    File(FakeWorld& of, std::string at) : world(of), path(std::move(at)) {}
    std::optional<std::string_view> read(std::span<char> buffer) override {
      const auto found = world.files.find(path);
      if (found == world.files.end()) return std::nullopt;
      const auto size = std::min(buffer.size(), found->second.size());
      std::memcpy(buffer.data(), found->second.data(), size);
      return std::string_view(buffer.data(), size);
    }
    FakeWorld& world;
    std::string path;
  };
  struct Counter final : EventCounter {
    explicit Counter(FakeWorld& of) : world(of) {}
    std::optional<double> total() override { return world.instructions; }
    FakeWorld& world;
  };
  struct Folder final : ProcFolder {
    Folder(FakeWorld& of, std::string at) : world(of), path(std::move(at)) {}
    std::optional<std::uint32_t> entries() override {
      const auto found = world.folders.find(path);
      if (found == world.folders.end()) return std::nullopt;
      return static_cast<std::uint32_t>(found->second.size());
    }
    FakeWorld& world;
    std::string path;
  };
  FakeWorld& world_;
};

}  // namespace bftp::measure
