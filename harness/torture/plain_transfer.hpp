#pragma once

#include <string_view>

namespace bftp::torture {

/// The case that every other one builds on. It is told of also where it was not asked for, when it fails.
inline constexpr std::string_view plain_transfer_id = "framing.plain_transfer";

}  // namespace bftp::torture
