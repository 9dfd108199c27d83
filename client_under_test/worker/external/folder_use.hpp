#pragma once

#include <cstdint>
#include <string>

/// What lies in a folder that an untrusted program works in. Links are never followed.
namespace bftp::client::worker {

/// Disk space of everything in it, bytes; after entries_max entries the rest is not looked at, and a folder
/// that full counts as endless. So does one of which a part cannot be read, or is nested more than 32 deep:
/// much may be hidden there.
std::uint64_t folder_bytes(const std::string& folder);

inline constexpr std::uint32_t entries_max = 10'000;

/// What is there beside the one name that may be.
struct FolderSurvey {
  std::uint32_t others = 0;  ///< files and folders, at most entries_max
  std::string other;         ///< the first of them in order of names, as it is; empty: none
};
FolderSurvey survey(const std::string& folder, const std::string& expected_name);

}  // namespace bftp::client::worker
