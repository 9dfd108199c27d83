#include "server_under_test/specimens/identity/remapped_source.hpp"

#include <unistd.h>

#include <algorithm>

namespace bftp::server::specimens {

std::uint64_t blocks_of(const Source& source) {
  return source.region() ? source.size() / block_bytes : 0;
}

std::size_t RemappedSource::read(std::span<std::byte> into) {
  const auto region = inner_->region();
  const auto block = at_ / block_bytes, inside = at_ % block_bytes;
  const auto from = block < blocks_of(*inner_) ? block_for_(block) : block;
  const auto wanted = std::min<std::uint64_t>({into.size(), block_bytes - inside, size() - at_});
  const auto got = ::pread(region->file, into.data(), static_cast<std::size_t>(wanted),
                           static_cast<off_t>(region->offset + from * block_bytes + inside));
  if (got <= 0) return 0;
  at_ += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

}  // namespace bftp::server::specimens
