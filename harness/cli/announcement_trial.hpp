#pragma once

#include <chrono>

#include "harness/launch/launcher.hpp"
#include "harness/record/announcement.hpp"

namespace bftp::cli {

/// What a running server has said of its port, once it has had `patience` for it: it may print the line a
/// moment after its socket listens, or when it is ready to accept (clause 6.4). `asked_port` is the one in
/// its command. Blocks for at most that long, and no longer than the server runs.
record::Announcement heard_from(launch::ServerHandle& server, std::uint16_t asked_port,
                                std::chrono::milliseconds patience = std::chrono::seconds(1));

/// Notes whether the server, which has ended by now, printed its first line only then.
void note_end(launch::ServerHandle& server, record::Announcement& announcement);

/// Starts a server of ours on port 0, listens to what it says, and stops it. `announces`: it has said its
/// line before, so that what it takes to say it now is waited for. Blocks for as long as a start takes, at
/// most `patience_s`, and once more as long for the line.
record::Announcement try_any_port(plan::ServerSpec spec, launch::LaunchOptions options, double patience_s,
                                  bool announces);

}  // namespace bftp::cli
