#pragma once

#include <string>
#include <vector>

#include "harness/record/run_record.hpp"

namespace bftp::measure {

/// Bounds for looking into a folder that a server under test may have filled.
struct StrayBounds {
  std::size_t entries_max = 20'000;  ///< looked at
  std::size_t names_max = 20;        ///< told
  std::size_t name_bytes_max = 200;  ///< of each told name; the rest is cut
  int depth_max = 8;                 ///< of folders; deeper ones are counted as one entry
};

/// What lies below `root` beside `expected` (paths relative to it, and the folders on their way). Links are
/// not followed; a folder counts like a file. Unknown if `root` cannot be read. Never throws.
record::StrayFiles stray_files(const std::string& root, const std::vector<std::string>& expected,
                               const StrayBounds& bounds = {});

/// Folders below `root`, relative to it: those that a server makes when it starts are where it works, and
/// while they are empty nothing has been left in them. Empty if `root` cannot be read.
std::vector<std::string> folders_in(const std::string& root, const StrayBounds& bounds = {});

}  // namespace bftp::measure
