#pragma once

#include <cstdint>

namespace bftp::judge {

/// Transfers of a stretch of the run, of those whose points were kept.
struct FailedShare {
  std::uint64_t transfers = 0, failed = 0;
  double share() const {
    return transfers == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(transfers);
  }
};

}  // namespace bftp::judge
