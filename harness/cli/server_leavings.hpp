#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/launch/session.hpp"
#include "harness/record/run_record.hpp"

/// What a server leaves beside its answers: words and temporary files.
namespace bftp::cli {

/// Puts a warning into the record if the server printed more than is kept of it; once.
void note_printed(launch::ServerHandle& server, record::RunRecord& record);

/// While `who` runs: why the run must not go on, if it has more in `folder`, its TMPDIR, or in `root`, the
/// folder that it serves (empty: not ours to look at), than the plan lets it have. What cannot be looked at
/// whole counts as too much. What lies there is in the record then. `placed`: so many bytes in `root` are
/// ours, beside the fixtures.
std::optional<std::string> outgrown(const std::string& folder, const std::string& root,
                                    record::RunRecord& record, std::string_view who = "the server",
                                    std::uint64_t placed = 0);

/// After the server has ended: what lies in `folder` goes into the record, and away.
void take_temporary_files(const std::string& folder, record::RunRecord& record);

}  // namespace bftp::cli
