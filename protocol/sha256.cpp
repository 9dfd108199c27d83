#include "protocol/sha256.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <vector>

#include "protocol/files.hpp"
#include "protocol/hex.hpp"

namespace bftp::protocol {

namespace {

/// Fetched once: EVP_sha256() would look the provider up again at each EVP_DigestInit_ex, which costs more
/// than hashing a small file (OpenSSL 3, crypto(7), "Performance").
const EVP_MD* algorithm() {
  struct Free {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
  };
  static const std::unique_ptr<EVP_MD, Free> fetched(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
  assert(fetched && "libcrypto has SHA-256 in its default provider");
  return fetched.get();
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }

  void start() {
    [[maybe_unused]] const int done = EVP_DigestInit_ex2(evp, algorithm(), nullptr);
    assert(done == 1);
  }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  context_->start();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  [[maybe_unused]] const int done = EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
  assert(done == 1);
}

void Sha256::update(std::string_view bytes) {
  update(std::as_bytes(std::span(bytes)));
}

Digest Sha256::finish() {
  Digest digest;
  [[maybe_unused]] const int done = EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
  assert(done == 1);
  context_->start();
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Result<Digest> sha256_of_file(int file, const std::atomic<bool>* stop) {
  constexpr std::size_t block_bytes = 256u << 10;
  std::vector<std::byte> block(block_bytes);
  Sha256 hash;
  for (;;) {
    if (stop != nullptr && stop->load()) return Error{ErrorKind::interrupted, "interrupted while hashing", 0};
    const ssize_t got = ::read(file, block.data(), block.size());
    if (got == 0) return hash.finish();
    if (got > 0) {
      hash.update(std::span(block).first(static_cast<std::size_t>(got)));
    } else if (errno != EINTR) {
      return system_error("cannot read the file to hash");
    }
  }
}

Result<Digest> sha256_of_file(const std::string& path, const std::atomic<bool>* stop) {
  const auto file = open_regular(path);
  if (!file) return file.error();
  auto digest = sha256_of_file(file->get(), stop);
  if (!digest)
    return Error{digest.error().kind, path + ": " + digest.error().message, digest.error().system_errno};
  return digest;
}

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Digest> digest_from_hex(std::string_view digits) {
  Digest digest;
  if (digits.size() != digest.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(digits[2 * i]);
    const int low = hex_value(digits[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

}  // namespace bftp::protocol
