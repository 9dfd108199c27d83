#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Transfers that stood still, and what the length of the standstill says.
namespace bftp::judge::statistics {

struct StallLimit {
  double times_median = 5;
  double excess_ms = 30;
};

/// Indices of values above times_median × median + excess_ms. Nothing for an empty series or one that is not
/// finite.
std::optional<std::vector<std::size_t>> find_stalls(std::span<const double> times_ms,
                                                    const StallLimit& limit = {});

enum class Signature : std::uint8_t {
  none,
  delayed_ack,     ///< near 40 ms: Nagle's algorithm (RFC 896) waits for an ACK that the other side delays by
                   ///< Linux's TCP_DELACK_MIN
  retransmission,  ///< near 200 ms: a lost segment, resent after Linux's TCP_RTO_MIN (RFC 6298 would have 1
                   ///< s)
  syn_retransmission,  ///< near 1 s: a lost SYN, resent after the initial RTO of RFC 6298, 2.1: the accept
                       ///< queue was full
};

/// Of the standstills' lengths (time beyond the usual): the timer that at least `share_min` of them match.
Signature name_signature(std::span<const double> excess_ms, double share_min = 0.6);

/// A crowd of values in a band that the values below it do not lead up to. A scheduler's outliers grow rarer
/// with their length; a timer's stand apart.
struct Crowd {
  double low_ms = 0;
  double high_ms = 0;
  std::size_t count = 0;
  std::size_t leading = 0;  ///< values in the band of the same width below the gap, for comparison
};

/// Looks for the crowd of the delayed ACK (36 to 56 ms beyond the usual) and of the retransmission (190 to
/// 260 ms), with at least `contrast` times as many values to the millisecond as the band from 0.35 to 0.8 of
/// its lower end, and twice as many as the band from 1.1 to 1.8 of its upper end. The one with more values;
/// nothing if none stands apart.
std::optional<Crowd> timer_crowd(std::span<const double> excess_ms, double contrast = 3);

struct Period {
  double length = 0;  ///< median distance between neighbouring events, in the unit of the positions
  double jitter = 0;  ///< 1.4826 MAD of the distances over their median
};

/// Whether events recur at a steady distance: positions ascending (ordinal numbers of transfers, or seconds).
/// Nothing below five events, or with a jitter above `jitter_max`; chance events (Poisson) have a jitter of
/// about 1.
std::optional<Period> find_period(std::span<const double> positions, double jitter_max = 0.3);

}  // namespace bftp::judge::statistics
