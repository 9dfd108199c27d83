#pragma once

#include <iosfwd>

namespace bftp::cli {

/// Where a subcommand writes: results to `out`, progress and messages to `err`. Tests hand in string streams.
struct Streams {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
  bool out_is_terminal = false;
};

/// Exit codes that other people's scripts rely on (docs/command-line.md).
enum ExitCode : int {
  exit_pass = 0,
  exit_fail = 1,
  exit_inconclusive = 2,
  exit_harness_failed = 3,
  exit_usage = 64,
};

}  // namespace bftp::cli
