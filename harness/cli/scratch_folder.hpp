#pragma once

#include <memory>
#include <string>

#include "protocol/result.hpp"

namespace bftp::cli {

/// A temporary folder below $TMPDIR (or /tmp), private to us, that goes with the object, whatever a server
/// left in it.
class ScratchFolder {
 public:
  static protocol::Result<std::unique_ptr<ScratchFolder>> create();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace bftp::cli
