#pragma once

#include "harness/drive/phases/phase_tools.hpp"

namespace bftp::drive {

/// All phases that follow the settled point, from polite to impolite, so that none spoils what another looks
/// at. A phase that the run cannot have is left out, and its checks say why:
///  - where the plan's client is somebody else's, only those in which the server is watched beside clients of
///    ours that do nothing;
///  - an exchange of a dialect with more than one connection (FTP) is not broken off;
///  - what is seen in the server's resources alone needs a probe;
///  - where every transfer was given up, the server is watched and its root looked at, and that is all.
void run_phases(PhaseTools& tools);

}  // namespace bftp::drive
