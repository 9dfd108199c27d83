#pragma once

#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {

/// The first half of a stream, rounded down, and then what `then` does. It announces the whole.
class HalfSource : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::size_t read(std::span<std::byte> into) override {
    const auto left = size() / 2 - sent_;
    if (left == 0) return after_half();
    const auto got = SourceDecorator::read(
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left))));
    sent_ += got;
    return got;
  }

 protected:
  /// What read() returns once the half has gone; 0 closes the connection.
  virtual std::size_t after_half() = 0;

 private:
  std::uint64_t sent_ = 0;
};

}  // namespace bftp::server::specimens
