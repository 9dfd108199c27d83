#pragma once

#include <string_view>

/// Words of WorkerRecord::detail that judge and report go by, because nothing else tells the same.
namespace bftp::protocol {

/// How the detail begins when a copy is the fixture's beginning and no more. Nothing else tells a part that a
/// server stored from bytes that it changed.
inline constexpr std::string_view copy_ends_early = "the copy ends after ";

/// Of a PUT that came out wrong and met an older file of its name.
inline constexpr std::string_view older_file_was_there = "a file of that name was there";

/// Of such a PUT when what lies there now begins with the older file's content: PUT did not replace it.
inline constexpr std::string_view older_content_stayed = "begins with the older file's content";

/// Of a reply whose size is a number, and none that a file can have (clause 1.5).
inline constexpr std::string_view larger_than_any_file = "more than the largest size, 9223372036854775807";

}  // namespace bftp::protocol
