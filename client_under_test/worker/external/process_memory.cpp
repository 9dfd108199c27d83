#include "client_under_test/worker/external/process_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>

#include "protocol/unique_fd.hpp"

namespace bftp::client::worker {

std::optional<std::uint64_t> rss_peak_in(std::string_view status) {
  constexpr std::string_view key = "\nVmHWM:";
  auto at = status.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  at = status.find_first_not_of(" \t", at + key.size());
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t kib = 0;
  const auto [end, error] = std::from_chars(status.data() + at, status.data() + status.size(), kib);
  if (error != std::errc() || kib > (std::uint64_t{1} << 44)) return std::nullopt;
  return kib * 1024;
}

std::optional<std::uint64_t> rss_peak_of(int pid) {
  const protocol::UniqueFd file(
      ::open(("/proc/" + std::to_string(pid) + "/status").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::array<char, 4096> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size <= 0) return std::nullopt;
  return rss_peak_in({text.data(), static_cast<std::size_t>(size)});
}

}  // namespace bftp::client::worker
