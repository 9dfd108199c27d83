#pragma once

#include <cstdint>

/// From where on memory tells whether a server holds whole files for each client: below, a cache or what an
/// allocator keeps looks the same. What drives such work and what judges it agree on that here.
namespace bftp::record {

inline constexpr std::uint64_t whole_file_bytes_min = 64ull << 20;
inline constexpr std::uint32_t whole_file_clients_min = 4;

}  // namespace bftp::record
