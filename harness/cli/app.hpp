#pragma once

#include <string>
#include <vector>

#include "harness/cli/streams.hpp"

namespace bftp::cli {

/// The whole program: parses `arguments` (without the program's own name) and runs one subcommand. Returns
/// the exit code.
int run_app(const std::vector<std::string>& arguments, Streams& streams);

}  // namespace bftp::cli
