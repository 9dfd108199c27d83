#pragma once

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
  /// Makes and locks it. Refusals: 403, 404, 507.
  static Outcome<TemporaryFile> create(Place place);

  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  int fd() const { return fd_.get(); }
  /// Bytes that the file system has left for us; nothing where it does not say.
  std::optional<std::uint64_t> room_bytes() const;
  /// Flushes the content to the disk.
  Outcome<void> flush() const;
  /// Renames it over its final name (4.8), and with `flush_folder` waits until that is on the disk too.
  Outcome<void> put_in_place(bool flush_folder);
  /// True after put_in_place() even where it could not wait for the disk.
  bool is_in_place() const { return temporary_name_.empty(); }
  /// Where it will be.
  const Place& place() const { return place_; }

 private:
  TemporaryFile(Place place, std::string name, protocol::UniqueFd fd)
      : place_(std::move(place)), temporary_name_(std::move(name)), fd_(std::move(fd)) {}

  Place place_;
  std::string temporary_name_;  ///< empty once it has its final name
  protocol::UniqueFd fd_;
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
