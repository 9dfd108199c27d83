#include "harness/torture/kernel_buffers.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace bftp::torture {
namespace {

/// Where nobody says: the larger ones of the kernels that are in use.
constexpr std::size_t usual_receive_max = 32u << 20;
constexpr std::size_t usual_send_max = 4u << 20;

std::size_t buffer_max_in(const char* path, std::size_t otherwise) {
  std::ifstream file(path);
  return buffer_max(std::string(std::istreambuf_iterator<char>(file), {}), otherwise);
}

}  // namespace

std::size_t buffer_max(std::string_view text, std::size_t otherwise) {
  std::istringstream numbers{std::string(text)};
  std::uint64_t smallest = 0, usual = 0, largest = 0;
  if (!(numbers >> smallest >> usual >> largest) || largest == 0) return otherwise;
  return static_cast<std::size_t>(largest);
}

KernelBuffers kernel_buffers() {
  return {.receive_max = buffer_max_in("/proc/sys/net/ipv4/tcp_rmem", usual_receive_max),
          .send_max = buffer_max_in("/proc/sys/net/ipv4/tcp_wmem", usual_send_max)};
}

}  // namespace bftp::torture
