#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/judge/statistics/trend.hpp"

/// Growth of what a server holds, from its quiet points: leaks told from warm-up.
namespace bftp::judge {

using Reading = std::function<std::optional<double>(const record::ResourceSample&)>;

/// A figure at the quiet points of one pass.
struct QuietSeries {
  std::vector<double> transfers, values;  ///< after each round, in order
  std::optional<double> baseline;         ///< before the first transfer of the run
  std::optional<double> settled;          ///< after the pass, once handles had time to return
  std::optional<double> before;           ///< confirmation only: the last one before its first round …
  double transfers_before = 0;            ///< … and the transfers of the first pass's rounds
  double settled_transfers = 0;
};
QuietSeries quiet_series(const Evidence& evidence, const Reading& reading);

struct Growth;

struct GrowthLimits {
  double per_transfer = 0;  ///< slope above which it is a leak
  double whole = 0;         ///< smallest growth over the tail that counts, in the unit of the figure
  /// Likewise where the tail is short (fewer than 5 quiet points or 150 transfers) and a warm-up may fill all
  /// of it.
  double short_per_transfer = 0;
  double short_whole = 0;
  /// Whether a run of three rounds keeps its first one, since two points are no line. Right for what is
  /// counted (a descriptor is there or not); wrong for memory, where a warm-up draws the same line as a leak.
  bool first_round_counts_in_short_runs = false;

  double per_transfer_of(const Growth& growth) const;  ///< the one that `growth` was judged by
  double whole_of(const Growth& growth) const;
};

enum class GrowthKind : std::uint8_t {
  unknown,    ///< too few quiet points
  flat,       ///< no growth beyond the limits
  plateau,    ///< grew at first, then hardly: a warm-up, a cache or a pool that is full
  returned,   ///< grew, and was given back when the server came to rest
  uncertain,  ///< grows by more than the limit, but the interval does not exclude less
  leak,       ///< grows steadily, certainly and beyond the limits, to the end
};

struct Growth {
  GrowthKind kind = GrowthKind::unknown;
  std::optional<statistics::TheilSen> line;   ///< over the tail
  double whole = 0;                           ///< last less first value of the tail
  bool brief = false;                         ///< judged by the limits for a short tail
  double from_transfers = 0, from_value = 0;  ///< the first point of the tail
  double transfers = 0;                       ///< from it to the last
  std::vector<double> paces;                  ///< growth per transfer from each point of the tail to the next
  std::size_t points = 0;
};

/// A picture's line that rises by `per_transfer` from where the growth is judged from, to where it is judged
/// to. `unit` is what the picture divides values by. Precondition: growth.line.
Series limit_slope(const Growth& growth, double per_transfer, double unit, const std::string& y_label);

/// A picture of the figure at rest: before the first transfer, after each round, and once the server had
/// settled.
Series rest_picture(const QuietSeries& series, std::string title, double unit, const std::string& y_label);

/// The tail leaves the first round out (the first pass only): there buffers, pools and caches come up. A leak
/// must have the whole interval of the Theil-Sen slope above the limit, must have grown by `whole`, must rise
/// at least a third as fast in the second half of the tail as in the first, and half of it at least must
/// still be there when the server has settled.
Growth judge_growth(const QuietSeries& series, const GrowthLimits& limits);

/// What goes on once a warm-up is over: the second half of a first pass that levelled off, by itself. A leak
/// beside a cache that fills grows on as steadily as before; what approaches a plateau slows down. Nothing if
/// that half is no leak by itself, is too short for the sharp limits, or slows down.
std::optional<Growth> growth_after_warm_up(const QuietSeries& series, const GrowthLimits& limits);

/// Whether it grows by more than `per_transfer` from one quiet point to the next as a rule, certain by the
/// signed rank test of the paces at 5 % (Wilcoxon 1945; with too few for that, all of them must). A slope's
/// interval takes each point to stray from a line; memory that comes in lumps (a heap with the buffer of a
/// thread that overlapped with more others than any before) is a walk instead, of which two steps draw a line
/// too. False below three paces.
bool outpaces(const Growth& growth, double per_transfer);

/// What the repeats are compared with. `unit`: the smallest change that is read, a page or a handle.
/// Precondition: growth.line.
GrowthRate rate_of(const Growth& growth, std::string what, double unit);

}  // namespace bftp::judge
