#pragma once

#include <memory>
#include <string>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::cli {

/// A temporary folder below $TMPDIR (or /tmp), private to us, that goes with the object, whatever a server
/// left in it. A process that is killed cannot tidy up: the next create() removes what such a one left. Who
/// lives holds a lock (flock) on a file in its folder; a folder without such a file is left alone.
class ScratchFolder {
 public:
  static protocol::Result<std::unique_ptr<ScratchFolder>> create();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  ScratchFolder(std::string path, protocol::UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  protocol::UniqueFd lock_;
};

}  // namespace bftp::cli
