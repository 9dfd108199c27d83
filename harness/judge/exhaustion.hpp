#pragma once

#include <optional>

#include "harness/judge/growth.hpp"

/// A server that keeps something of each transfer until it has no more: then the count stands still, which
/// looks like a pool that is full, and transfers fail.
namespace bftp::judge {

struct Exhaustion {
  double held = 0;          ///< more than at the start, when transfers had begun to fail
  double transfers = 0;     ///< that it took until then
  double failed_share = 0;  ///< of the transfers of the first round in which many failed
  std::uint32_t round = 0;  ///< that one
  double per_transfer() const { return transfers > 0 ? held / transfers : 0; }
};

/// The first pass's first round in which a twentieth of the transfers and more failed, if next to none had
/// before, and what the server held then: at most a tenth of it was given back once the server was at rest
/// (of the pass that `evidence` names). Nothing where the count did not rise, where it went on rising
/// afterwards (judge_growth() sees that), or where a reading is missing.
std::optional<Exhaustion> ran_out(const Evidence& evidence, const Reading& reading);

}  // namespace bftp::judge
