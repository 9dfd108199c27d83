#pragma once

#include <string>

#include "harness/measure/stray_files.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::measure {

/// What lies below `folder`, the TMPDIR of a server, and how much of the disk it takes. Links are not
/// followed. Files that are open and have no name any more are not seen. Unknown if the folder cannot be
/// read. Never throws.
record::TemporaryFiles temporary_files(const std::string& folder, const StrayBounds& bounds = {});

}  // namespace bftp::measure
