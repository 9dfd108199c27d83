#include "harness/measure/cpu_account.hpp"

#include <array>

#include "harness/measure/proc_text.hpp"

namespace bftp::measure {
namespace {

constexpr double us = 1e-6, ns = 1e-9;

class CgroupV2 final : public CpuAccount {
 public:
  explicit CgroupV2(std::unique_ptr<ProcFile> cpu_stat) : cpu_stat_(std::move(cpu_stat)) {}

  std::optional<CpuTimes> read() override {
    std::array<char, 2048> buffer{};
    const auto text = cpu_stat_->read(buffer);
    const auto usage = text ? value_of_key(*text, "usage_usec") : std::nullopt;
    if (!usage) return std::nullopt;
    CpuTimes times{static_cast<double>(*usage) * us, {}, {}};
    if (const auto user = value_of_key(*text, "user_usec")) times.user_s = static_cast<double>(*user) * us;
    if (const auto system = value_of_key(*text, "system_usec"))
      times.system_s = static_cast<double>(*system) * us;
    return times;
  }
  std::string source() const override { return "cgroup v2 cpu.stat"; }

 private:
  std::unique_ptr<ProcFile> cpu_stat_;
};

class CgroupV1 final : public CpuAccount {
 public:
  CgroupV1(ProcFiles& files, std::unique_ptr<ProcFile> usage, const std::string& folder)
      : usage_(std::move(usage)),
        user_(files.open(folder + "/cpuacct.usage_user")),
        system_(files.open(folder + "/cpuacct.usage_sys")) {}

  std::optional<CpuTimes> read() override {
    const auto total = seconds(usage_.get());
    if (!total) return std::nullopt;
    return CpuTimes{*total, seconds(user_.get()), seconds(system_.get())};
  }
  std::string source() const override { return "cgroup v1 cpuacct"; }

 private:
  static std::optional<double> seconds(ProcFile* file) {
    std::array<char, 64> buffer{};
    const auto text = file ? file->read(buffer) : std::nullopt;
    const auto value = text ? parse_count(*text) : std::nullopt;
    if (!value) return std::nullopt;
    return static_cast<double>(*value) * ns;
  }
  std::unique_ptr<ProcFile> usage_, user_, system_;
};

}  // namespace

std::unique_ptr<CpuAccount> open_cpu_account(ProcFiles& files, const std::string& cgroup_v2,
                                             const std::string& cgroup_v1_cpuacct) {
  if (!cgroup_v2.empty()) {
    if (auto file = files.open(cgroup_v2 + "/cpu.stat")) {
      auto account = std::make_unique<CgroupV2>(std::move(file));
      if (account->read()) return account;
    }
  }
  if (!cgroup_v1_cpuacct.empty()) {
    if (auto file = files.open(cgroup_v1_cpuacct + "/cpuacct.usage")) {
      auto account = std::make_unique<CgroupV1>(files, std::move(file), cgroup_v1_cpuacct);
      if (account->read()) return account;
    }
  }
  return nullptr;
}

}  // namespace bftp::measure
