#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_memory(System& system) {
  constexpr std::uint64_t least_kib = 256u << 10, plenty_kib = 1024u << 10;
  const auto text = system.read("/proc/meminfo").value_or("");
  const auto at = text.find("MemAvailable:");
  if (at == std::string::npos) return {Level::note, "available memory is unknown", {}, "", ""};
  const std::uint64_t kib = std::strtoull(text.c_str() + at + 13, nullptr, 10);
  const std::string found = fmt::format("{} MiB of memory are available", kib / 1024);
  if (kib >= plenty_kib) return {Level::good, found, {}, "", ""};
  const std::string remedy = "close other programs, or take fewer --clients and a smaller --db-size";
  if (kib < least_kib)
    return {Level::impossible, found, {}, "the clients keep copies until they are verified", remedy};
  return {Level::weaker,
          found,
          {"memory.peak", "uniformity.*"},
          "a machine that swaps disturbs times, and a server that holds whole files may not fit",
          remedy};
}

}  // namespace

BFTP_REGISTER_PROBE(memory,
                    {"memory.available", "memory for server, clients and copies", 320, &look_at_memory})

}  // namespace bftp::doctor
