#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/torture/case_context.hpp"

/// CaseFiles::large, where it is ours.
namespace bftp::torture {

/// Of what a client does not read, Linux holds at most some 4 MiB for the sender (tcp_wmem) and, as long as
/// the receiver takes nothing, 64 KiB for it.
constexpr std::uint64_t large_bytes_placed = 16u << 20;

/// Up to `size` bytes of it from `offset` on; fewer only at its end.
std::string placed_large_part(std::uint64_t offset, std::size_t size);

/// `came` for the large file: the place of the first byte that is not as it should be, or that is lacking or
/// too many. Nothing: there is none, or nobody knows what is in the file.
std::optional<std::uint64_t> first_wrong_byte(const CaseFiles& files, std::string_view came);

/// For a student, of a file that came with other bytes.
extern const char* const wrong_blocks_cause;

}  // namespace bftp::torture
