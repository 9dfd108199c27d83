#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bftp::torture {

/// `size` bytes of a content without end, from `offset` on: always the same, and without a period, so that a
/// block which is sent twice, left out or put in another one's place is seen. Of another `kind`, 0 to 3,
/// every byte differs.
std::string test_content(std::uint64_t offset, std::size_t size, unsigned kind);

}  // namespace bftp::torture
