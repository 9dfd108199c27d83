#pragma once

#include "harness/measure/proc_files.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::measure {

/// What this machine is, and what it cannot measure. `cpu_source` is the best that it might offer; a probe's
/// own cpu_source() says what a run really used.
record::Machine describe_machine();

/// The same from given files; `cores` and `host`, `kernel` come from system calls otherwise.
struct SystemNames {
  std::string host, kernel;
  std::uint32_t cores = 0;  ///< that we may run on
};
record::Machine describe_machine(ProcFiles& files, const SystemNames& names);

}  // namespace bftp::measure
