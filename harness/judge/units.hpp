#pragma once

namespace bftp::judge {

inline constexpr double mib = 1024.0 * 1024.0;  ///< bytes
inline constexpr double gib = 1024.0 * mib;     ///< bytes

}  // namespace bftp::judge
