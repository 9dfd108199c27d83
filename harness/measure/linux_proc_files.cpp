#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "harness/measure/hotspot_attach.hpp"
#include "harness/measure/instructions.hpp"
#include "harness/measure/proc_files.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::measure {
namespace {

using protocol::UniqueFd;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class LinuxFile final : public ProcFile {
 public:
  explicit LinuxFile(UniqueFd file) : file_(std::move(file)) {}

  /// In as many calls as it takes: the kernel hands out some files of /proc a page at a time.
  std::optional<std::string_view> read(std::span<char> buffer) override {
    std::size_t size = 0;
    while (size < buffer.size()) {
      const ssize_t part =
          ::pread(file_.get(), buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
      if (part < 0) return std::nullopt;
      if (part == 0) break;
      size += static_cast<std::size_t>(part);
      if (size < short_file_max) break;  // a short read is the whole file; asking again would double the cost
    }
    return std::string_view(buffer.data(), size);
  }

 private:
  static constexpr std::size_t short_file_max = 2048;
  UniqueFd file_;
};

std::uint32_t count_entries(const std::string& path) {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
  std::uint32_t count = 0;
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr)
    if (entry->d_name[0] != '.') ++count;
  return count;
}

/// /proc/PID/fd tells its number of entries as its size since Linux 6.2; before, they have to be listed.
class LinuxFolder final : public ProcFolder {
 public:
  LinuxFolder(UniqueFd folder, std::string path) : folder_(std::move(folder)), path_(std::move(path)) {}

  std::optional<std::uint32_t> entries() override {
    struct stat about {};
    if (::fstat(folder_.get(), &about) != 0) return std::nullopt;
    if (about.st_size > 0) return static_cast<std::uint32_t>(about.st_size);
    return count_entries(path_);
  }

 private:
  UniqueFd folder_;
  std::string path_;
};

class LinuxProcFiles final : public ProcFiles {
 public:
  std::unique_ptr<ProcFile> open(const std::string& path) override {
    // Not to be held up by a FIFO that a server put where its file had been.
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return nullptr;
    return std::make_unique<LinuxFile>(std::move(file));
  }

  std::unique_ptr<ProcFolder> open_folder(const std::string& path) override {
    UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return nullptr;
    return std::make_unique<LinuxFolder>(std::move(folder), path);
  }

  std::vector<std::string> list(const std::string& path) override {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    std::vector<std::string> names;
    while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr)
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    return names;
  }

  std::optional<std::string> read_link(const std::string& path) override {
    std::array<char, 256> target{};
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return std::nullopt;
    return std::string(target.data(), static_cast<std::size_t>(size));
  }

  std::optional<double> cpu_clock_s(int pid) override {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return std::nullopt;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }

  std::unique_ptr<EventCounter> count_instructions(std::span<const int> threads) override {
    return count_events(PerfEvent::instructions, threads);
  }

  std::optional<std::vector<processes::TcpSocket>> close_wait() override {
    return processes::tcp_sockets(processes::TcpState::close_wait);
  }

  bool collect_hotspot(int pid, std::chrono::milliseconds patience) override {
    return hotspot_.collect(pid, patience);
  }

 private:
  HotspotAttach hotspot_;
};

}  // namespace

std::optional<std::string> ProcFiles::read(const std::string& path) {
  constexpr std::size_t first_size = 16u << 10, size_max = 1u << 20;
  const auto file = open(path);
  if (!file) return std::nullopt;
  for (std::string buffer(first_size, '\0');; buffer.resize(buffer.size() * 4)) {
    const auto text = file->read(buffer);
    if (!text) return std::nullopt;
    if (text->size() < buffer.size() || buffer.size() >= size_max) return std::string(*text);
  }
}

std::unique_ptr<ProcFiles> make_proc_files() {
  return std::make_unique<LinuxProcFiles>();
}

}  // namespace bftp::measure
