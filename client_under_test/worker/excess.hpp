#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "client_under_test/worker/patience.hpp"

namespace bftp::client::worker {

/// What comes beyond a fixture's size only serves to show it: up to `bytes_max`, and for as long as patience
/// has for it (Patience::rest_ns()) in all, however it trickles. Else a server that sends on slowly would
/// hold a worker for minutes in each transfer. One transfer; one thread.
class Excess {
 public:
  static constexpr std::uint64_t bytes_max = 64u << 20;

  Excess(std::uint64_t fixture_bytes, const Patience& patience)
      : fixture_bytes_(fixture_bytes), time_max_ns_(patience.rest_ns()) {}

  /// So much of the content has come; `more_is_due`: the server announced more than the fixture has.
  void took(std::uint64_t content_bytes, bool more_is_due, std::int64_t now_ns) {
    content_bytes_ = content_bytes;
    const bool begins = content_bytes > fixture_bytes_ || (more_is_due && content_bytes == fixture_bytes_);
    if (begins && !until_ns_) until_ns_ = now_ns + time_max_ns_;
  }

  /// Bytes that earn a transfer more time.
  std::uint64_t wanted_bytes() const { return std::min(content_bytes_, fixture_bytes_); }
  std::int64_t within(std::int64_t deadline_ns) const {
    return std::min(deadline_ns, until_ns_.value_or(deadline_ns));
  }
  bool is_enough(std::int64_t now_ns) const {
    return content_bytes_ > fixture_bytes_ + bytes_max || (until_ns_ && now_ns >= *until_ns_);
  }

 private:
  std::uint64_t fixture_bytes_;
  std::int64_t time_max_ns_;
  std::uint64_t content_bytes_ = 0;
  std::optional<std::int64_t> until_ns_;  ///< none: no excess so far
};

}  // namespace bftp::client::worker
