#pragma once

#include <memory>
#include <string>

#include "protocol/unique_fd.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// Part of an opened file. It goes on being the same file when its name gets replaced or deleted (4.10).
/// Should the file shrink meanwhile, read() ends early.
class FileSource final : public Source {
 public:
  FileSource(protocol::UniqueFd file, std::uint64_t offset, std::uint64_t size)
      : file_(std::move(file)), offset_(offset), size_(size) {}

  std::uint64_t size() const override { return size_; }
  std::size_t read(std::span<std::byte> into) override;
  std::optional<Region> region() const override { return Region{file_.get(), offset_}; }

 private:
  protocol::UniqueFd file_;
  std::uint64_t offset_;
  std::uint64_t size_;
  std::uint64_t done_ = 0;
};

/// Bytes in memory.
class TextSource final : public Source {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}

  std::uint64_t size() const override { return text_.size(); }
  std::size_t read(std::span<std::byte> into) override;

 private:
  std::string text_;
  std::size_t done_ = 0;
};

}  // namespace bftp::server
