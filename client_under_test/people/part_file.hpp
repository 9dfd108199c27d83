#pragma once

#include <cstdint>
#include <string>

#include "client_under_test/people/local_place.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::people {

/// Where a download to `path` is until it is whole: `.NAME.bftp-part` beside it. A NAME that is too long for
/// that is cut, at no place within a character, and told from others of the same beginning by 16 hex digits
/// of its SHA-256. Always the same for the same path, so that a download finds what an earlier one has left.
std::string part_path_of(const std::string& path);

/// A download on its way. It gets its name when it is whole; until then a file of that name stays as it was.
/// What a broken download leaves behind can be continued. Locked, so that two downloads to one place do not
/// mix. Somebody else's file, a link or a FIFO with the name of a part is neither followed nor written into.
class PartFile {
 public:
  /// `place` is no special file. While the part is on its way to replace a file, only its owner may read it.
  static Outcome<PartFile> open(const LocalPlace& place);

  int fd() const { return fd_.get(); }
  Outcome<std::uint64_t> size() const;
  Outcome<void> start_over();
  /// Renames it to its final name, replacing what is there and keeping that one's permission bits.
  Outcome<void> finish();
  /// Removes a part that holds nothing; called when a download failed.
  void drop_if_empty();

 private:
  explicit PartFile(const LocalPlace& place) : place_(place), part_path_(part_path_of(place.path)) {}
  Outcome<void> open_file();

  protocol::UniqueFd fd_;
  LocalPlace place_;
  std::string part_path_;
};

}  // namespace bftp::client::people
