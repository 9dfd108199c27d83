#include <algorithm>
#include <cstddef>
#include <vector>

#include "protocol/sha256.hpp"
#include "server_under_test/long_work.hpp"
#include "server_under_test/sources.hpp"

namespace bftp::server {

namespace {

constexpr std::size_t bytes_per_step = 256u << 10;  ///< about a millisecond without SHA instructions

class Hashing final : public Work {
 public:
  explicit Hashing(OpenFile file) : left_(file.size), source_(std::move(file.fd), 0, file.size) {}

  std::optional<Answer> step() override {
    std::vector<std::byte> block(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes_per_step)));
    const auto got = block.empty() ? 0 : source_.read(block);
    if (got == 0 && left_ > 0)
      return refusal(protocol::ReplyCode::server_failed, "the file shrank while it was read");
    sha256_.update(std::span(block).first(got));
    left_ -= got;
    if (left_ > 0) return std::nullopt;
    return ok(protocol::to_hex(sha256_.finish()));
  }

 private:
  std::uint64_t left_;
  FileSource source_;
  protocol::Sha256 sha256_;
};

}  // namespace

std::unique_ptr<Work> make_hash(OpenFile file) {
  return std::make_unique<Hashing>(std::move(file));
}

}  // namespace bftp::server
