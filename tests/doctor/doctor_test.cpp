#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include <boost/json/parse.hpp>

#include "fake_system.hpp"
#include "harness/doctor/kernel_features.hpp"
#include "harness/doctor/linux_system.hpp"
#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Finding finding(System& system, const std::string& id) {
  for (const Probe& probe : all_probes())
    if (probe.id == id) return probe.look(system);
  ADD_FAILURE() << "no probe " << id;
  return {};
}

TEST(Doctor, AGoodMachineIsGood) {
  FakeSystem system;
  const auto findings = examine(system);
  for (const auto& [probe, found] : findings)
    EXPECT_EQ(found.level, Level::good) << probe->id << ": " << found.found << " " << found.why;
  EXPECT_EQ(exit_code(findings), 0);
  EXPECT_EQ(findings.size(), all_probes().size());
  EXPECT_THAT(text_of(findings), HasSubstr("All checks can be judged"));
}

struct Case {
  std::string probe;
  Level level;
  std::function<void(FakeSystem&)> spoil;
};

std::vector<Case> cases() {
  const auto without = [](Feature feature) {
    return [feature](FakeSystem& system) {
      system.missing.insert(feature);
    };
  };
  const auto file = [](std::string path, std::string text) {
    return [path, text](FakeSystem& system) {
      system.files[path] = text;
    };
  };
  const auto room = [](Folder folder, std::uint64_t bytes, bool writable) {
    return [=](FakeSystem& system) {
      system.spaces[folder].free_bytes = bytes;
      system.spaces[folder].writable = writable;
    };
  };
  const auto complete = [](auto spoil) {
    return [spoil](FakeSystem& system) {
      spoil(system);
      system.lacking.clear();
    };
  };
  return {
      {"harness.helpers", Level::impossible,
       [](FakeSystem& s) {
         s.helper_missing = "no bftpd";
       }},
      {"network.loopback", Level::impossible, without(Feature::listen_on_loopback)},
      {"limits.files", Level::weaker,
       [](FakeSystem& s) {
         s.limits[Limit::open_files] = 1024;
       }},
      {"limits.files", Level::impossible,
       [](FakeSystem& s) {
         s.limits[Limit::open_files] = 64;
       }},
      {"limits.files", Level::note,
       [](FakeSystem& s) {
         s.limits.clear();
       }},
      {"limits.processes", Level::weaker,
       [](FakeSystem& s) {
         s.limits[Limit::processes] = 500;
       }},
      {"limits.processes", Level::impossible,
       [](FakeSystem& s) {
         s.limits[Limit::processes] = 20;
       }},
      {"network.ports", Level::weaker, file("/proc/sys/net/ipv4/ip_local_port_range", "60000 60999\n")},
      {"network.ports", Level::note, file("/proc/sys/net/ipv4/ip_local_port_range", "none")},
      {"kernel.sock_diag", Level::weaker, without(Feature::sock_diag)},
      {"kernel.subreaper", Level::weaker, without(Feature::subreaper)},
      {"kernel.openat2", Level::note, without(Feature::openat2)},
      {"kernel.pidfd", Level::note, without(Feature::pidfd)},
      {"kernel.perf", Level::weaker, without(Feature::instruction_counter)},
      {"kernel.ptrace", Level::note, without(Feature::ptrace)},
      {"kernel.namespaces", Level::note, without(Feature::user_and_network_namespace)},
      {"programs.bubblewrap", Level::note,
       [](FakeSystem& s) {
         s.sandbox.reset();
       }},
      {"memory.pss", Level::weaker,
       [](FakeSystem& s) {
         s.files.erase("/proc/self/smaps_rollup");
       }},
      {"cpu.cgroups", Level::weaker,
       [](FakeSystem& s) {
         s.groups = Cgroups{};
       }},
      {"cpu.cgroups", Level::good,
       [](FakeSystem& s) {
         s.groups = Cgroups{false, true};
       }},
      {"cpu.cgroups", Level::impossible,
       [](FakeSystem& s) {
         s.groups.reset();
       }},
      {"memory.available", Level::weaker, file("/proc/meminfo", "MemAvailable: 500000 kB\n")},
      {"memory.available", Level::impossible, file("/proc/meminfo", "MemAvailable: 5000 kB\n")},
      {"memory.available", Level::note, file("/proc/meminfo", "")},
      {"disk.temporary", Level::weaker, room(Folder::temporary, 200u << 20, true)},
      {"disk.temporary", Level::impossible, room(Folder::temporary, 1u << 20, true)},
      {"disk.reports", Level::impossible, room(Folder::reports, 1ull << 40, false)},
      {"disk.fixtures", Level::impossible,
       [](FakeSystem& s) {
         s.spaces.erase(Folder::fixtures);
       }},
      {"disk.fixtures", Level::weaker, room(Folder::fixtures, 100u << 20, true)},
      {"disk.fixtures", Level::impossible, room(Folder::fixtures, 1u << 20, true)},
      {"disk.fixtures", Level::impossible, room(Folder::fixtures, 1ull << 40, false)},
      {"disk.fixtures", Level::note, complete(room(Folder::fixtures, 1u << 20, true))},
      {"disk.fixtures", Level::note, complete(room(Folder::fixtures, 1ull << 40, false))},
      {"cpu.cores", Level::weaker,
       [](FakeSystem& s) {
         s.processors = 1;
       }},
      {"cpu.sha", Level::note, file("/proc/cpuinfo", "flags : fpu\n")},
      {"cpu.frequency", Level::weaker,
       file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")},
      {"cpu.frequency", Level::note,
       [](FakeSystem& s) {
         s.files.erase("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
       }},
      {"cpu.steal", Level::weaker,
       [](FakeSystem& s) {
         s.stat_later = "cpu  150 0 150 900 0 0 0 40 0 0\n";
       }},
      {"cpu.steal", Level::note,
       [](FakeSystem& s) {
         s.stat_later = "cpu  nonsense";
       }},
      {"noise.floor", Level::weaker,
       [](FakeSystem& s) {
         s.noise = NoiseFloor{0.3, 14};
       }},
      {"noise.floor", Level::impossible,
       [](FakeSystem& s) {
         s.noise.reset();
       }},
  };
}

TEST(Doctor, EachWeaknessIsFoundAndExplained) {
  for (const Case& one : cases()) {
    FakeSystem system;
    one.spoil(system);
    const Finding found = finding(system, one.probe);
    EXPECT_EQ(found.level, one.level) << one.probe << ": " << found.found;
    EXPECT_TRUE(found.level != Level::weaker || !found.weaker.empty()) << one.probe << " names no check";
    if (found.level != Level::weaker && found.level != Level::impossible) continue;
    EXPECT_FALSE(found.why.empty()) << one.probe;
    EXPECT_FALSE(found.remedy.empty()) << one.probe;
    const int code = found.level == Level::weaker ? 2 : 3;
    // A machine of its own: on the first one time has passed, and nothing changes any more.
    FakeSystem again;
    one.spoil(again);
    EXPECT_EQ(exit_code(examine(again)), code) << one.probe;
  }
}

TEST(Doctor, EveryProbeHasACase) {
  std::set<std::string> tried;
  for (const Case& one : cases()) tried.insert(one.probe);
  for (const Probe& probe : all_probes()) EXPECT_TRUE(tried.contains(std::string(probe.id))) << probe.id;
}

TEST(Doctor, MakesNoRunWhereNoneIsPossible) {
  FakeSystem system;
  system.helper_missing = "no bftpd";
  const auto findings = examine(system);
  EXPECT_FALSE(system.noise_asked);
  EXPECT_EQ(exit_code(findings), 3);
  EXPECT_THAT(text_of(findings), HasSubstr("No run can be made"));
}

TEST(Doctor, TellsProgramsAndPeopleTheSame) {
  FakeSystem system;
  system.processors = 1;
  const auto findings = examine(system);
  const auto document = boost::json::parse(json_of(findings));
  EXPECT_EQ(document.at("exit_code").as_int64(), 2);
  EXPECT_EQ(document.at("findings").as_array().size(), findings.size());
  bool seen = false;
  for (const auto& one : document.at("findings").as_array()) {
    if (one.at("id").as_string() != "cpu.cores") continue;
    seen = true;
    EXPECT_EQ(one.at("level").as_string(), "weaker");
    EXPECT_EQ(one.at("weaker").at(0).as_string(), "uniformity.*");
  }
  EXPECT_TRUE(seen);
  const std::string text = text_of(findings);
  EXPECT_THAT(text, HasSubstr("WEAKER  cpu.cores"));
  EXPECT_THAT(text, HasSubstr("says less: uniformity.*, cpu.stalled, baseline.speed"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

/// The real machine, whatever it offers: every question gets an answer and nothing stays behind.
TEST(LinuxSystem, AnswersEveryQuestion) {
  const auto system = make_linux_system({"/tmp", "/tmp/no/such/folder/yet", "/tmp",
                                         [] { return std::optional<std::string>(); },
                                         [] { return std::vector<std::string>(); },
                                         [] {
                                           return std::optional(Cgroups{true, true});
                                         },
                                         [] {
                                           return std::optional(NoiseFloor{0.01, 5});
                                         }});
  EXPECT_TRUE(kernel_offers(Feature::listen_on_loopback)) << "the other tests could not run either";
  EXPECT_TRUE(system->limit(Limit::open_files));
  EXPECT_EQ(system->space(Folder::reports)->path, "/tmp") << "the nearest folder that exists";
  EXPECT_TRUE(system->find_program("sh"));
  EXPECT_FALSE(system->find_program("no-such-program-at-all"));
  EXPECT_FALSE(system->read("/no/such/file"));
  EXPECT_GE(system->cores(), 1u);
  for (const Probe& probe : all_probes()) {
    if (probe.id == "cpu.steal") continue;  // watches for a second
    const Finding found = probe.look(*system);
    EXPECT_FALSE(found.found.empty()) << probe.id;
  }
}

}  // namespace
}  // namespace bftp::doctor
