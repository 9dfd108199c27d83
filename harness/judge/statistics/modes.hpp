#pragma once

#include <optional>
#include <span>
#include <vector>

namespace bftp::judge::statistics {

/// One hump of a distribution.
struct Mode {
  double at = 0;     ///< where it is highest
  double low = 0;    ///< from the valley on its left …
  double high = 0;   ///< … to the one on its right
  double share = 0;  ///< of all values
};

struct ModeOptions {
  double factor_min = 2;    ///< two humps nearer than this are one
  double share_min = 0.10;  ///< a smaller hump is a tail
  double valley_max =
      0.5;  ///< between two humps the density falls to this share of the lower one, or they are one
};

/// Humps of a distribution of positive values, in ascending order; never empty. A density on the logarithmic
/// scale (a factor of two is the same distance everywhere) of eight cells to the octave, smoothed by a
/// Gaussian kernel (Silverman, Density Estimation, 1986, 2.4) of 1.5 cells; peaks count as two if the valley
/// between them is deep enough (the idea of prominence; compare the excess mass of Müller and Sawitzki, JASA
/// 86, 1991). Linear in the values. Nothing for an empty series or a value that is not above 0 or not finite.
std::optional<std::vector<Mode>> find_modes(std::span<const double> values, const ModeOptions& options = {});

}  // namespace bftp::judge::statistics
