#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/measure/stray_files.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::measure {

/// What lies below `folder`, the TMPDIR of a server, and how much of the disk it takes. Links are not
/// followed. Files that are open and have no name any more are not seen. Unknown if the folder cannot be
/// read. Never throws.
record::TemporaryFiles temporary_files(const std::string& folder, const StrayBounds& bounds = {});

/// How much of the disk a folder's files take.
struct FolderUse {
  std::uint64_t bytes = 0;
  /// False: there were more than entries_max, folders were nested more than 64 deep, or something could not
  /// be read, so that much may be hidden.
  bool complete = true;
  bool beyond(std::uint64_t bytes_max) const { return !complete || bytes > bytes_max; }
};
/// Links are not followed. What is removed meanwhile counts for nothing, and so does a folder that is none
/// (is_no_folder()). Never throws.
FolderUse folder_use(const std::string& folder, std::size_t entries_max = 20'000);

/// Whether a file or a link lies where a folder was. Never throws.
bool is_no_folder(const std::string& path);

}  // namespace bftp::measure
