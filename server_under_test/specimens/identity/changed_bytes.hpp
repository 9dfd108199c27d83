#pragma once

#include <cstdint>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {

/// A stream with one bit flipped at `where`.
class ChangedSource final : public SourceDecorator {
 public:
  ChangedSource(std::unique_ptr<Source> inner, std::uint64_t where)
      : SourceDecorator(std::move(inner)), where_(where) {}
  std::size_t read(std::span<std::byte> into) override;

 private:
  std::uint64_t where_;
};

class ChangedUpload final : public UploadDecorator {
 public:
  ChangedUpload(std::unique_ptr<Upload> inner, std::uint64_t where)
      : UploadDecorator(std::move(inner)), where_(where) {}
  void write(std::span<const std::byte> bytes) override;

 private:
  std::uint64_t where_;
  std::uint64_t at_ = 0;
};

/// Flips a bit of a byte that the dice choose, in whichever stream the answer has; an empty stream has none.
void change_byte(Answer& answer, Dice& dice);

}  // namespace bftp::server::specimens
