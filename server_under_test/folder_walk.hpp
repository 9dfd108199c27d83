#pragma once

#include <dirent.h>

#include <functional>
#include <memory>

namespace bftp::server {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using FolderStream = std::unique_ptr<DIR, CloseFolder>;

/// Opens the folder `name` in the folder `parent` for reading its names. Not through a link. Null on failure,
/// with errno.
FolderStream open_folder_stream(int parent, const char* name);

/// False: the walk ends.
using VisitFile = std::function<bool(int folder, const char* name)>;

/// Calls `visit` for everything below `root` that is no folder, however deep: two descriptors are enough.
/// Links are not followed. Folders that cannot be read are passed over, and so may be those that somebody
/// moves meanwhile.
void walk_files(int root, const VisitFile& visit);

}  // namespace bftp::server
