#pragma once

#include "harness/launch/launcher.hpp"
#include "harness/record/announcement.hpp"

namespace bftp::cli {

/// What a running server has said of its port, once it has had a second for it: it may print the line a
/// moment after its socket listens. `asked_port` is the one in its command. Blocks for at most that second.
record::Announcement heard_from(launch::ServerHandle& server, std::uint16_t asked_port);

/// Notes whether the server, which has ended by now, printed its first line only then.
void note_end(launch::ServerHandle& server, record::Announcement& announcement);

/// Starts a server of ours on port 0, listens to what it says, and stops it. Blocks for as long as a start
/// takes, at most `patience_s`.
record::Announcement try_any_port(plan::ServerSpec spec, launch::LaunchOptions options, double patience_s);

}  // namespace bftp::cli
