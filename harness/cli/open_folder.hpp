#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/torture/case_context.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::cli {

/// A folder by its descriptor. A server may put a link in the place of anything in its root at any moment, of
/// the root itself too; what is done here stays in the folder that was opened, and no link in it is followed.
class OpenFolder {
 public:
  /// Nothing if `path` is no folder, or a link to one. The folders above it are trusted.
  static std::optional<OpenFolder> open(const std::string& path);

  /// The folder of that name in this one, made if it is not there; whatever else has the name goes first.
  std::optional<OpenFolder> folder(const std::string& name) const;
  /// Makes the file anew; whatever has its name goes first. False: it could not be made.
  bool put(const torture::KnownFile& file) const;
  /// Likewise, of what `part` gives for an offset and a size, until it gives nothing. False: nothing is
  /// there.
  bool put_parts(const std::string& name,
                 const std::function<std::string(std::uint64_t, std::size_t)>& part) const;

 private:
  explicit OpenFolder(protocol::UniqueFd fd) : fd_(std::move(fd)) {}
  void clear(const std::string& name) const;
  protocol::UniqueFd create(const std::string& name) const;

  protocol::UniqueFd fd_;
};

}  // namespace bftp::cli
