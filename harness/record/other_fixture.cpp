#include "harness/record/other_fixture.hpp"

namespace bftp::record {

std::optional<OtherFixture> other_fixture_sent(const RunRecord& record, const TransferRecord& row) {
  constexpr std::uint64_t telling_bytes_min = 8;
  if (row.op != Op::get || !row.sha256 || row.bytes < telling_bytes_min) return std::nullopt;
  for (std::size_t at = 0; at < record.fixtures.size(); ++at) {
    const auto& fixture = record.fixtures[at];
    if (at == row.fixture || fixture.size != row.bytes || fixture.sha256 != *row.sha256) continue;
    return OtherFixture{static_cast<std::uint16_t>(at), row.first_difference == row.bytes};
  }
  return std::nullopt;
}

}  // namespace bftp::record
