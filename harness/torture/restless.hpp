#pragma once

#include <chrono>
#include <optional>

#include "harness/torture/suite_runner.hpp"

namespace bftp::torture {

/// What a server may do once its clients have gone, and come to an end with: no clause forbids that it sums
/// up, packs or indexes what was stored, or collects garbage.
inline constexpr std::chrono::milliseconds settles_max{30'000};

/// The share of a core, 0 to 1 or more, that the server uses with no client there, long after they left;
/// nothing if it rests or comes to rest, or its CPU time is not known. Blocks for a third of a second; where
/// the server is busy until it rests, for `settles_max` at most.
std::optional<double> restless_share(Subject& subject);

}  // namespace bftp::torture
