#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::record {

/// What runs the server's program and keeps its memory.
enum class RuntimeKind : std::uint8_t {
  unknown,  ///< nothing was recognised, or nobody could look: taken for a program that frees what it needs no
            ///< more
  hotspot,  ///< Java, Kotlin, Scala and others on OpenJDK's virtual machine
  dotnet,   ///< CoreCLR
  v8,       ///< Node.js, Deno
  go,
  ruby,
  cpython,
};
const char* to_string(RuntimeKind kind);
std::optional<RuntimeKind> runtime_kind_from(std::string_view word);

/// The runtime of the server under test, as its processes show it.
struct ServerRuntime {
  RuntimeKind kind = RuntimeKind::unknown;
  /// What it was told about the size of its heap, in the order in which it counts: words of its command line
  /// ("-Xmx16m") and variables of its environment ("GOGC=50"). Nothing else of either.
  std::vector<std::string> options;
};

}  // namespace bftp::record
