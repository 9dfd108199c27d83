#pragma once

#include <string>

#include "harness/measure/proc_files.hpp"
#include "harness/record/server_runtime.hpp"

namespace bftp::measure {

/// One process and what keeps its memory.
struct RecognisedRuntime {
  record::ServerRuntime runtime;
  std::string counters;  ///< HotSpot: the file of its performance counters, as we see it; else empty
};

/// Looks at what the process has mapped (libjvm.so, libcoreclr.so, libpython3…), at its executable's name
/// (node, ruby, python3) and at that file's head (Go's build id), never at the words of a command: a start
/// script, a jar or a renamed link hide those. Unknown if nothing fits or we may not look.
RecognisedRuntime recognise_runtime(ProcFiles& files, int pid);

/// Whether the head of an ELF file holds Go's build id note (`go tool buildid`; type 4, owner "Go"), which
/// stripped binaries keep.
bool has_go_note(std::string_view head);

}  // namespace bftp::measure
