#pragma once

#include <map>
#include <set>
#include <string>

#include "harness/doctor/system.hpp"

namespace bftp::doctor {

/// A machine on which everything is well, until a test says otherwise.
class FakeSystem final : public System {
 public:
  std::map<Limit, std::uint64_t> limits{{Limit::open_files, 65'536}, {Limit::processes, UINT64_MAX}};
  std::map<std::string, std::string> files{
      {"/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"},
      {"/proc/self/smaps_rollup", "55 ---p [rollup]\nRss: 900 kB\nPss:  400 kB\n"},
      {"/proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable:    6000000 kB\n"},
      {"/proc/cpuinfo", "flags\t\t: fpu sha_ni avx2\n"},
      {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n"},
      {"/proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\n"},
  };
  std::string stat_later = "cpu  150 0 150 900 0 0 0 2 0 0\n";  ///< /proc/stat once time has passed
  std::set<Feature> missing;
  std::optional<std::string> sandbox = "/usr/bin/bwrap";
  std::map<Folder, Space> spaces{{Folder::temporary, {"/tmp", 10ull << 30, true}},
                                 {Folder::reports, {"/work", 10ull << 30, true}},
                                 {Folder::fixtures, {"/cache", 10ull << 30, true}}};
  unsigned processors = 4;
  std::optional<std::string> helper_missing;
  std::vector<std::string> lacking{"db.csv", "every_byte.bin"};
  std::optional<Cgroups> groups = Cgroups{true, false};
  std::optional<NoiseFloor> noise = NoiseFloor{0.03, 14};
  bool noise_asked = false;
  unsigned slept_ms = 0;

  std::optional<std::uint64_t> limit(Limit limit) override {
    const auto found = limits.find(limit);
    return found == limits.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<std::string> read(const std::string& path) override {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  bool offers(Feature feature) override { return !missing.contains(feature); }
  std::optional<std::string> find_program(const std::string&) override { return sandbox; }
  std::optional<Space> space(Folder folder) override {
    const auto found = spaces.find(folder);
    return found == spaces.end() ? std::nullopt : std::optional(found->second);
  }
  unsigned cores() override { return processors; }
  void sleep_ms(unsigned wait_ms) override {
    slept_ms += wait_ms;
    files["/proc/stat"] = stat_later;
  }
  std::optional<std::string> missing_helper() override { return helper_missing; }
  std::vector<std::string> lacking_fixtures() override { return lacking; }
  std::optional<Cgroups> cgroups() override { return groups; }
  std::optional<NoiseFloor> noise_floor() override {
    noise_asked = true;
    return noise;
  }
};

}  // namespace bftp::doctor
