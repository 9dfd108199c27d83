#pragma once

#include <memory>
#include <optional>
#include <span>

#include "harness/measure/proc_files.hpp"

namespace bftp::measure {

/// What perf_event_open(2) is asked to count.
enum class PerfEvent : std::uint8_t {
  instructions,  ///< retired, by the processor's own counter: many virtual machines have none
  task_clock,    ///< ns on a processor, by the kernel: everywhere; tests try the mechanism with it
};

/// Counts from now on for these threads and for every thread and process that they start. Null where the
/// machine has no such counter, the kernel does not let us (perf_event_paranoid), or there are more threads
/// than descriptors are worth (512). In the kernel too, if that is allowed; else in the programs alone.
std::unique_ptr<EventCounter> count_events(PerfEvent event, std::span<const int> threads);

}  // namespace bftp::measure
