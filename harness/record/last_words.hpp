#pragma once

#include <string>
#include <vector>

namespace bftp::record {

/// Whether a server's last lines say that memory ran out: OutOfMemoryError (Java), MemoryError (Python),
/// bad_alloc (C++), "out of memory" (Go, Node, .NET), ENOMEM's text.
bool tells_of_memory(const std::vector<std::string>& last_lines);

}  // namespace bftp::record
