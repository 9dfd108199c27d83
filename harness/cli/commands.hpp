#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/cli/streams.hpp"

namespace bftp::cli {

/// What a subcommand needs of the call besides its own options.
struct Invocation {
  Streams& streams;
  std::string command_line;  ///< as typed, quoted for a shell, for "see it again"
};

/// A subcommand's work, once its options have been parsed. Returns the exit code.
using Action = std::function<int(Invocation&)>;

// Each adds its options to a new subcommand of `app` and returns what to do when that subcommand was chosen.
Action add_run_command(CLI::App& app);
Action add_compare_command(CLI::App& app);
Action add_judge_command(CLI::App& app);
Action add_report_command(CLI::App& app);
Action add_history_command(CLI::App& app);
Action add_doctor_command(CLI::App& app);
Action add_fixtures_command(CLI::App& app);
Action add_list_command(CLI::App& app);

}  // namespace bftp::cli
