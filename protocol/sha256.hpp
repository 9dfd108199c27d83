#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/result.hpp"

namespace bftp::protocol {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) over libcrypto's EVP. Reusable after finish(). One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes);
  Digest finish();  ///< and starts anew

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest sha256(std::string_view bytes);
/// From the current position to the end of the file. Errors: system; interrupted once `stop` is set (null:
/// never).
Result<Digest> sha256_of_file(int file, const std::atomic<bool>* stop = nullptr);
Result<Digest> sha256_of_file(const std::string& path, const std::atomic<bool>* stop = nullptr);

std::string to_hex(const Digest& digest);                        ///< 64 lower-case digits (clause 5.3)
std::optional<Digest> digest_from_hex(std::string_view digits);  ///< either case; nothing else

}  // namespace bftp::protocol
