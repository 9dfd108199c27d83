#include "harness/torture/large_file.hpp"

#include <algorithm>

#include "harness/torture/test_content.hpp"

namespace bftp::torture {
namespace {

/// Far behind what any case stores.
constexpr std::uint64_t begin_of_large = 1ull << 40;
constexpr std::size_t compared_at_once = 64u << 10;

}  // namespace

std::string placed_large_part(std::uint64_t offset, std::size_t size) {
  if (offset >= large_bytes_placed) return {};
  return test_content(begin_of_large + offset, std::min<std::uint64_t>(size, large_bytes_placed - offset), 0);
}

std::optional<std::uint64_t> first_wrong_byte(const CaseFiles& files, std::string_view came) {
  if (!files.large_part) return std::nullopt;
  for (std::uint64_t offset = 0;;) {
    const auto due = files.large_part(offset, compared_at_once);
    const auto part = came.substr(static_cast<std::size_t>(offset), compared_at_once);
    const auto right = std::ranges::mismatch(part, due).in1 - part.begin();
    if (part != due) return offset + static_cast<std::uint64_t>(right);
    offset += part.size();
    if (part.size() < compared_at_once) return std::nullopt;
  }
}

const char* const wrong_blocks_cause =
    "A block of the file was sent twice, left out, or sent in the place of another. Read and send in one "
    "loop, "
    "send exactly the bytes that read() has returned, and when send() takes a part of them, the rest of them "
    "next. What says where to read on (an offset, an open file) belongs to one request and is shared by "
    "none.";

}  // namespace bftp::torture
