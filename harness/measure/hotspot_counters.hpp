#pragma once

#include <optional>
#include <string_view>

#include "harness/record/resource_sample.hpp"

namespace bftp::measure {

/// What HotSpot's file of performance counters says of the garbage collector. The virtual machine maps it
/// (/tmp/hsperfdata_USER/PID, unless told -XX:-UsePerfData) and keeps it current; jstat reads the same. Its
/// layout: PerfDataPrologue and PerfDataEntry in OpenJDK's perfMemory.hpp, version 2.0. Pure; nothing if
/// `data` is no such file or the collector keeps other books (ZGC, Epsilon).
///
/// What has survived is the old generation and the survivor spaces of the young one: they change when the
/// collector runs, and eden, where new objects come up, is left out.
std::optional<record::Collector> parse_hotspot_counters(std::string_view data);

}  // namespace bftp::measure
