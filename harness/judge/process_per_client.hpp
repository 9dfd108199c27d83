#pragma once

#include "harness/judge/check.hpp"

namespace bftp::judge {

/// True if the server has more processes while it serves than at any quiet point: it starts one for a client
/// or a request, as inetd, CGI and the textbook's fork() do, and pays for the start each time. A pool that
/// comes up and stays is none. Told from the samples inside the server's blocks; false where too few of them
/// fell there.
bool starts_processes(const Evidence& evidence);

}  // namespace bftp::judge
