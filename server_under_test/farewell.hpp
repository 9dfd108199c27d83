#pragma once

#include <chrono>

#include "protocol/connection.hpp"

/// How a connection ends. A close while bytes of the peer are still unread, or before its last ones come,
/// sends RST, and RST can overtake the reply on its way to the application. So: FIN first, then read what
/// still comes.
namespace bftp::server {

inline constexpr std::chrono::milliseconds farewell_wait{1'000};
inline constexpr std::size_t farewell_bytes_max = 16u << 20;

/// Sends FIN and drops what the peer still sends until its FIN. Gives up after farewell_wait or
/// farewell_bytes_max. The caller closes.
void say_farewell(protocol::Connection& connection);

/// The next close sends RST.
void reset_on_close(int socket);

}  // namespace bftp::server
