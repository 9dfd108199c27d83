#include "client_under_test/worker/verify_copies.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace bftp::client::worker {

namespace {

/// Below this a thread costs more to start than it saves.
constexpr std::uint64_t bytes_for_each_thread = 1u << 20;

std::uint64_t total_bytes(std::span<const KeptCopy> copies) {
  std::uint64_t total = 0;
  for (const auto& copy : copies) total += copy.bytes.size();
  return total;
}

}  // namespace

void verify_copies(std::span<KeptCopy> copies, std::uint32_t threads) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < copies.size(); i = next++) {
      KeptCopy& copy = copies[i];
      copy.result = check_whole(*copy.fixture, copy.local, copy.bytes);
    }
  };
  const std::uint64_t useful = total_bytes(copies) / bytes_for_each_thread;
  std::vector<std::jthread> helpers;
  for (std::uint32_t i = 1; i < threads && i < useful && i < copies.size(); ++i) helpers.emplace_back(work);
  work();
}

}  // namespace bftp::client::worker
