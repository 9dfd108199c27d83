#pragma once

#include "harness/drive/phases/phase_tools.hpp"

namespace bftp::drive {

/// Watches the server's CPU while no client is connected.
void watch_idle(PhaseTools& tools);

/// Every client asks for the largest fixture and stops reading; watches the server's CPU meanwhile.
void watch_stalled(PhaseTools& tools);

}  // namespace bftp::drive
