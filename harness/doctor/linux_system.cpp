#include "harness/doctor/linux_system.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/doctor/kernel_features.hpp"

namespace bftp::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::streamsize text_max_bytes = 1 << 20;

class LinuxSystem final : public System {
 public:
  explicit LinuxSystem(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  std::optional<std::uint64_t> limit(Limit limit) override {
    rlimit found{};
    if (::getrlimit(limit == Limit::open_files ? RLIMIT_NOFILE : RLIMIT_NPROC, &found) != 0)
      return std::nullopt;
    return found.rlim_max == RLIM_INFINITY ? UINT64_MAX : std::uint64_t{found.rlim_max};
  }

  std::optional<std::string> read(const std::string& path) override {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string text(static_cast<std::size_t>(text_max_bytes), '\0');
    file.read(text.data(), text_max_bytes);
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
  }

  bool offers(Feature feature) override { return kernel_offers(feature); }

  std::optional<std::string> find_program(const std::string& name) override {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
      const std::string candidate = folder + "/" + name;
      if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
  }

  std::optional<Space> space(Folder folder) override {
    std::error_code error;
    fs::path path = fs::absolute(path_of(folder), error);
    while (!path.empty() && !fs::exists(path, error) && path != path.parent_path()) path = path.parent_path();
    const fs::space_info info = fs::space(path, error);
    if (error) return std::nullopt;
    return Space{path.string(), info.available, ::access(path.c_str(), W_OK | X_OK) == 0};
  }

  unsigned cores() override {
    cpu_set_t set;
    CPU_ZERO(&set);
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
  }

  void sleep_ms(unsigned wait_ms) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  }

  std::optional<std::string> missing_helper() override { return surroundings_.missing_helper(); }
  std::vector<std::string> lacking_fixtures() override { return surroundings_.lacking_fixtures(); }
  std::optional<Cgroups> cgroups() override { return surroundings_.cgroups(); }
  std::optional<NoiseFloor> noise_floor() override { return surroundings_.noise_floor(); }

 private:
  const std::string& path_of(Folder folder) const {
    switch (folder) {
      case Folder::temporary:
        return surroundings_.temporary_folder;
      case Folder::reports:
        return surroundings_.reports_folder;
      case Folder::fixtures:
        break;
    }
    return surroundings_.fixtures_folder;
  }

  Surroundings surroundings_;
};

}  // namespace

std::unique_ptr<System> make_linux_system(Surroundings surroundings) {
  return std::make_unique<LinuxSystem>(std::move(surroundings));
}

}  // namespace bftp::doctor
