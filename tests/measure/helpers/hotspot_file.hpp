#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace bftp::measure {

/// A file of performance counters as OpenJDK 17 lays it out: 32 bytes of prologue, then entries of 20 bytes,
/// name and value.
inline std::string hotspot_file(const std::vector<std::pair<std::string, std::uint64_t>>& longs) {
  const auto put = [](std::string& text, auto number) {
    char raw[sizeof number];
    std::memcpy(raw, &number, sizeof number);
    text.append(raw, sizeof number);
  };
  std::string file("\xca\xfe\xc0\xc0", 4);
  file += std::endian::native == std::endian::little ? '\1' : '\0';
  file += std::string("\2\0\1", 3);
  put(file, std::uint32_t{0});
  put(file, std::uint32_t{0});
  put(file, std::uint64_t{0});
  put(file, std::uint32_t{32});
  put(file, static_cast<std::uint32_t>(longs.size()));
  for (const auto& [name, value] : longs) {
    const auto value_at = static_cast<std::uint32_t>((20 + name.size() + 1 + 7) / 8 * 8);
    std::string entry;
    put(entry, value_at + 8);
    put(entry, std::uint32_t{20});
    put(entry, std::uint32_t{0});
    entry += std::string("J\0\0\0", 4);
    put(entry, value_at);
    entry += name;
    entry.resize(value_at, '\0');
    put(entry, value);
    file += entry;
  }
  return file;
}

/// G1's books: 7 young collections, one full one and two pauses of marking; 9 MiB old, 1 MiB of survivors.
inline std::vector<std::pair<std::string, std::uint64_t>> books_of_g1() {
  return {{"java.threads.live", 9},
          {"sun.gc.collector.0.invocations", 7},
          {"sun.gc.collector.1.invocations", 1},
          {"sun.gc.collector.2.invocations", 2},
          {"sun.gc.generation.0.space.0.used", 123456789},
          {"sun.gc.generation.0.space.1.used", 0},
          {"sun.gc.generation.0.space.2.used", 1u << 20},
          {"sun.gc.generation.1.space.0.used", 9u << 20}};
}

}  // namespace bftp::measure
