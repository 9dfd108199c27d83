#pragma once

#include <cstdint>
#include <span>

namespace bftp::history_store {

/// Marks a file as ours ("bftH"): PRAGMA application_id.
inline constexpr std::int32_t application_id = 0x62667448;

/// SQL scripts, each of which brings a history from the schema of its index to the next. PRAGMA user_version
/// holds how many have been applied. Never change one that was released: add another.
std::span<const char* const> migrations();

}  // namespace bftp::history_store
