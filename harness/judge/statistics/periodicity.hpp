#pragma once

#include <cstddef>
#include <optional>
#include <span>

/// Whether events recur, also where only some of them were seen.
namespace bftp::judge::statistics {

struct Recurrence {
  double period = 0;    ///< in the unit of the positions
  double strength = 0;  ///< mean resultant length of the phases, 0 (evenly spread) to 1 (all alike)
  double p = 1;         ///< chance of such a strength among all periods that were tried, at most
};

/// Folds the positions (ascending: seconds, ordinal numbers) at each period from `period_min` to a fourth of
/// their span and takes the one whose phases agree best. Three tests, and Bonferroni for them and for the
/// periods that were tried: Rayleigh's, P(R >= r) ≈ exp(-n r²), and the range's, P(arc <= w) = n w^(n-1) for
/// w below a half (Mardia and Jupp, Directional Statistics, 2000, 6.3.1 and 6.3.4), both for a strength of
/// `strength_min` and more; and how many phases a twentieth of the circle holds, which bears strays: at least
/// 70 %, with n P(B >= k - 1), B binomial of n - 1 and 0.05, the union bound of the scan statistic (Naus,
/// Journal of the American Statistical Association 60, 1965). n counts the cycles that
/// hold a position. Unlike distances between neighbours they do not mind that events were missed. Of a period
/// and its fractions, which fit as well, the longest is taken. Nothing below five positions in cycles of
/// their own, for a p above `p_max`, a `period_min` that is not above 0, or
/// positions that are not finite.
///
/// `exposure`: moments at which an event could be seen; empty: all are alike. Where their phases agree too
/// (mean resultant length above 0.3), only the window's test counts; its probability is the share of the
/// exposure that the window holds, never less than its width.
std::optional<Recurrence> find_recurrence(std::span<const double> positions, double period_min,
                                          std::span<const double> exposure = {}, double strength_min = 0.85,
                                          double p_max = 0.001);

}  // namespace bftp::judge::statistics
