#pragma once

#include <cstdint>
#include <optional>

#include "harness/record/run_record.hpp"

namespace bftp::record {

/// Another file of the run that was sent in place of the one that was asked for.
struct OtherFixture {
  std::uint16_t fixture = 0;  ///< index into RunRecord::fixtures
  /// What came is also the beginning of the file that was asked for, so a part that was left out fits as
  /// well.
  bool also_a_beginning = false;
};

/// The fixture that a failed GET brought instead, byte for byte: by SHA-256 and size, which is proof. Nothing
/// when there is no digest or no such fixture, and for files of fewer than eight bytes: chance makes those,
/// too.
std::optional<OtherFixture> other_fixture_sent(const RunRecord& record, const TransferRecord& row);

}  // namespace bftp::record
