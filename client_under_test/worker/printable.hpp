#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bftp::client::worker {

/// `bytes` for a person and for a log: printable ASCII as it is, everything else as \n, \r, \t, \\, \" or
/// \xHH. A server's words are hostile. What lies past `max_bytes` of the input is cut and shown as "…"
/// written in ASCII dots.
std::string printable(std::string_view bytes, std::size_t max_bytes = 120);

/// The same in double quotes.
std::string quoted(std::string_view bytes, std::size_t max_bytes = 32);

/// "1 byte", "5 bytes".
std::string count_bytes(unsigned long long bytes);

}  // namespace bftp::client::worker
