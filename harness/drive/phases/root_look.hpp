#pragma once

#include "harness/drive/phases/phase_tools.hpp"

namespace bftp::drive {

/// Looks for what lies in the server's root that no client put there. A server may clear up when it has seen
/// that its clients are gone: it is given the plan's settle_s to. Nothing where the root is not ours.
void look_into_root(PhaseTools& tools);

}  // namespace bftp::drive
