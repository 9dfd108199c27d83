#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "server_under_test/quota.hpp"
#include "server_under_test/root_folder.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// An unfinished file under a temporary name, in the folder where it belongs. Removed unless put in place.
class TemporaryFile {
 public:
  /// Makes and locks it, readable by nobody who may not read the file that is there. Refusals: 403, 404, 507.
  static Outcome<TemporaryFile> create(Place place);

  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  int fd() const { return fd_.get(); }
  /// Bytes that the file system has left for us; nothing where it does not say.
  std::optional<std::uint64_t> room_bytes() const;
  /// Flushes the content to the disk.
  Outcome<void> flush() const;
  /// Renames it over its final name (4.8), with the permissions of the file that it replaces, and its owner
  /// where we may. Returns how many bytes that file held.
  Outcome<std::uint64_t> put_in_place();
  /// Waits until its final name is on the disk too.
  Outcome<void> flush_folder() const;

 private:
  TemporaryFile(Place place, std::string name, protocol::UniqueFd fd, const struct stat& made)
      : place_(std::move(place)), temporary_name_(std::move(name)), fd_(std::move(fd)), made_(made) {}
  void take_over(const struct stat& old) const;

  Place place_;
  std::string temporary_name_;  ///< empty once it has its final name
  protocol::UniqueFd fd_;
  struct stat made_;  ///< as it was made
};

/// PUT (clauses 4.2, 4.8, 4.12).
class FileUpload final : public Upload {
 public:
  /// Refuses with 507 at once what cannot fit. `quota` lives longer.
  static Outcome<std::unique_ptr<Upload>> begin(Place place, std::uint64_t size, Quota& quota, bool flush);
  ~FileUpload() override;

  std::uint64_t size() const override { return size_; }
  void write(std::span<const std::byte> bytes) override;
  /// Nothing once it has failed: what follows is dropped.
  std::optional<int> file() const override { return failure_ ? std::nullopt : std::optional(file_.fd()); }
  Answer finish() override;

 private:
  FileUpload(TemporaryFile file, std::uint64_t size, Quota& quota, bool flush)
      : file_(std::move(file)), size_(size), quota_(&quota), flush_(flush) {}
  Answer put_in_place();

  TemporaryFile file_;
  std::uint64_t size_;
  Quota* quota_;
  bool flush_;
  bool kept_ = false;
  std::optional<protocol::Refusal> failure_;
};

}  // namespace bftp::server
