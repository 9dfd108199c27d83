#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "server_under_test/service.hpp"

namespace bftp::server::specimens {

/// A stream from memory, which it keeps alive.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::shared_ptr<const std::string> content) : content_(std::move(content)) {}
  std::uint64_t size() const override { return content_->size(); }
  std::size_t read(std::span<std::byte> into) override {
    const auto got = std::min(into.size(), content_->size() - at_);
    std::memcpy(into.data(), content_->data() + at_, got);
    at_ += got;
    return got;
  }

 private:
  std::shared_ptr<const std::string> content_;
  std::size_t at_ = 0;
};

}  // namespace bftp::server::specimens
