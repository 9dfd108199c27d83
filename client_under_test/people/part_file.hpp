#pragma once

#include <cstdint>
#include <string>

#include "client_under_test/people/outcome.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::people {

/// A download on its way: `NAME.part` beside its place. It gets its name when it is whole; until then the
/// file of that name stays as it was. What a broken download leaves behind can be continued. Locked, so that
/// two downloads to one place do not mix.
class PartFile {
 public:
  static Outcome<PartFile> open(const std::string& final_path);

  int fd() const { return fd_.get(); }
  Outcome<std::uint64_t> size() const;
  Outcome<void> start_over();
  /// Renames it to its final name, replacing what is there.
  Outcome<void> finish();
  /// Removes a part that holds nothing; called when a download failed.
  void drop_if_empty();

 private:
  PartFile(protocol::UniqueFd fd, std::string final_path)
      : fd_(std::move(fd)), final_path_(std::move(final_path)) {}
  std::string part_path() const { return final_path_ + ".part"; }

  protocol::UniqueFd fd_;
  std::string final_path_;
};

}  // namespace bftp::client::people
