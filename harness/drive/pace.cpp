#include "harness/drive/pace.hpp"

#include <algorithm>

namespace bftp::drive {
namespace {

/// Where no time is left the rounds still have what Schedule gives each at least.
constexpr double share_min = 0.01;

}  // namespace

void Pace::note(double round_s, double elapsed_s, std::uint32_t rounds_left) {
  if (pass_s_ <= 0 || round_s <= 0 || rounds_left == 0) return;
  const double whole_round_s = round_s / share_;
  share_ = std::clamp((pass_s_ - elapsed_s) / (rounds_left * whole_round_s), share_min, 1.0);
}

}  // namespace bftp::drive
