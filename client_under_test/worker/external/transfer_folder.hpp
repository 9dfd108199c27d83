#pragma once

#include <string>
#include <utility>

#include "protocol/result.hpp"

namespace bftp::client::worker {

/// A fresh folder for one transfer of an external client, removed with all that is in it. Move-only.
class TransferFolder {
 public:
  /// Below `scratch_folder`. Errors: system, no_permission, no_space, not_found.
  static protocol::Result<TransferFolder> create(const std::string& scratch_folder);

  TransferFolder(TransferFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TransferFolder& operator=(TransferFolder&&) = delete;
  ~TransferFolder();

  const std::string& path() const { return path_; }
  /// What {local} is: a plain name, since the fixture's own may hold anything.
  std::string local() const { return path_ + "/" + local_name; }
  static constexpr const char* local_name = "local.bin";

 private:
  explicit TransferFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace bftp::client::worker
