#pragma once

#include <optional>

#include "harness/torture/suite_runner.hpp"

namespace bftp::torture {

/// The share of a core, 0 to 1 or more, that the server uses with no client there; nothing if it rests, or
/// its CPU time is not known. A server that tidies up after clients, compiles or collects garbage has time to
/// come to rest. Blocks for a third of a second; where the server is busy, for 2.3 s.
std::optional<double> restless_share(Subject& subject);

}  // namespace bftp::torture
