#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "harness/measure/proc_files.hpp"

namespace bftp::measure {

/// One dump of the kernel's table, filtered there by state (sock_diag(7)); /proc/net/tcp and tcp6 where that
/// is not to be had, which lists every socket and costs accordingly.
std::optional<std::vector<WaitingSocket>> close_wait_sockets();

/// The sockets in CLOSE_WAIT of a /proc/net/tcp or tcp6 text (proc(5)).
std::vector<WaitingSocket> parse_close_wait(std::string_view text);

}  // namespace bftp::measure
