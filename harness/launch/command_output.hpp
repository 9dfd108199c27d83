#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace bftp::launch {

/// What a short helper program prints to standard output, e.g. git: at most 64 KiB, standard error and input
/// go nowhere. Found in PATH. Nothing when it cannot be started, does not exit with 0, prints more, or is not
/// done within `patience` (then it is killed).
std::optional<std::string> output_of(const std::vector<std::string>& argv,
                                     std::chrono::milliseconds patience = std::chrono::seconds(5));

}  // namespace bftp::launch
