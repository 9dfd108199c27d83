#include "harness/cli/app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "harness/cli/command_line.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/suggestions.hpp"

namespace bftp::cli {
namespace {

constexpr const char* exit_codes_text =
    "Exit codes:\n"
    "  0   every check passed\n"
    "  1   at least one check failed\n"
    "  2   nothing failed, but something could not be judged\n"
    "  3   the harness or its environment failed; nothing is said of the server\n"
    "  64  wrong usage\n";

struct Subcommand {
  CLI::App* app;
  Action action;
};

std::vector<Subcommand> add_subcommands(CLI::App& app) {
  std::vector<Subcommand> subcommands;
  for (const auto add : {add_run_command, add_compare_command, add_judge_command, add_report_command,
                         add_history_command, add_doctor_command, add_fixtures_command, add_list_command}) {
    Action action = add(app);
    subcommands.push_back({app.get_subcommands({}).back(), std::move(action)});
  }
  return subcommands;
}

int parse_failed(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& arguments,
                 Streams& streams) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream text;
    app.exit(error, text, text);
    streams.out << text.str();
    return exit_pass;
  }
  streams.err << "bftp-torture: " << error.what() << "\n" << suggestion_for(app, arguments);
  return exit_usage;
}

}  // namespace

/// What a script reads from us must not end in the middle with a code that says all is well.
static int unless_output_is_lost(int code, Streams& streams) {
  if (streams.out.flush()) return code;
  streams.err << "bftp-torture: standard output could not be written to its end: is the disk full, or its "
                 "reader gone?\n";
  return code == exit_pass ? exit_harness_failed : code;
}

int run_app(const std::vector<std::string>& arguments, Streams& streams) {
  CLI::App app("Quality checks and torture tests for file-transfer servers.", "bftp-torture");
  app.set_version_flag("--version", std::string("bftp-torture ") + BFTP_VERSION);
  app.require_subcommand(1);
  app.footer(exit_codes_text);
  app.get_formatter()->column_width(34);
  const auto subcommands = add_subcommands(app);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return parse_failed(app, error, arguments, streams);
  }
  Invocation invocation{streams, command_line_of(arguments)};
  for (const Subcommand& subcommand : subcommands)
    if (subcommand.app->parsed()) return unless_output_is_lost(subcommand.action(invocation), streams);
  return exit_usage;
}

}  // namespace bftp::cli
