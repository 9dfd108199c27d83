#pragma once

#include <string_view>

namespace bftp::protocol {

/// How WorkerRecord::detail begins when a copy is the fixture's beginning and no more. Nothing else tells a
/// part that a server stored from bytes that it changed.
inline constexpr std::string_view copy_ends_early = "the copy ends after ";

}  // namespace bftp::protocol
