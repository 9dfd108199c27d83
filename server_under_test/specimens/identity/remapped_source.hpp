#pragma once

#include <cstdint>
#include <functional>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {

inline constexpr std::uint64_t block_bytes = 4'096;

/// A file's whole blocks in another order or more than once; the rest of it stays. `block_for` says which
/// block goes out in place of block n. The inner source must be a piece of a file.
class RemappedSource final : public Source {
 public:
  RemappedSource(std::unique_ptr<Source> inner, std::function<std::uint64_t(std::uint64_t)> block_for)
      : inner_(std::move(inner)), block_for_(std::move(block_for)) {}
  std::uint64_t size() const override { return inner_->size(); }
  std::size_t read(std::span<std::byte> into) override;

 private:
  std::unique_ptr<Source> inner_;
  std::function<std::uint64_t(std::uint64_t)> block_for_;
  std::uint64_t at_ = 0;
};

/// Whole blocks in it, if it is a piece of a file.
std::uint64_t blocks_of(const Source& source);

}  // namespace bftp::server::specimens
