#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "server_under_test/stop.hpp"

/// Names of unfinished uploads: `.bftpd-<process>-<number>.part`, in the folder of the file that they will
/// become, so that a rename puts them in place. Clients neither see them in LIST nor reach them by path.
namespace bftp::server {

/// A name that this process has not used yet. Any thread.
std::string next_temporary_name();

/// Whether next_temporary_name() of any process makes such names. What looks only alike is a user's.
bool is_temporary_name(std::string_view name);

/// Whether any name in a virtual path is one.
bool leads_through_temporary(std::string_view virtual_path);

/// Locks a temporary file that was just made, which tells remove_orphans() that somebody is alive behind it;
/// where locks do not work, nobody gets one. Returns what the file is. Nothing: the remove_orphans() of a
/// server that starts at this moment was faster, and the file has no name any more.
std::optional<struct stat> claim(int file);

/// Removes what a crashed server left in the folder `root` and below. A running upload holds a lock (flock)
/// on its file; what nobody has locked belongs to nobody. Links are not followed. Returns how many it
/// removed. `stop`, if given, ends the search.
int remove_orphans(int root, const Stop* stop = nullptr);

}  // namespace bftp::server
