#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bftp::client::worker {

/// Largest resident set so far (VmHWM) of a living process, bytes. It starts anew at exec. None for a zombie,
/// and when there is no such process.
std::optional<std::uint64_t> rss_peak_of(int pid);

/// The same from the text of /proc/PID/status (proc(5)).
std::optional<std::uint64_t> rss_peak_in(std::string_view status);

}  // namespace bftp::client::worker
