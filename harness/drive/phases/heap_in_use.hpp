#pragma once

#include "harness/drive/phases/phase_tools.hpp"

namespace bftp::drive {

/// Every client moves the largest file at once, for each operation of the plan, while the server's runtime is
/// asked for collection after collection: what is left on the heap is in use (record::HeapInUse). Only where
/// it takes such requests, and where files and clients are of the size that memory.peak judges. None of these
/// transfers is one of the run's: collections slow them.
void watch_heap_in_use(PhaseTools& tools);

}  // namespace bftp::drive
