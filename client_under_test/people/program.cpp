#include "client_under_test/people/program.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "client_under_test/people/commands.hpp"
#include "client_under_test/people/dialogue.hpp"
#include "client_under_test/people/options.hpp"

namespace bftp::client::people {

namespace {

std::size_t terminal_columns() {
  constexpr std::size_t usual = 80;
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

Session make_session(const Options& options) {
  const bool watched = !options.quiet && ::isatty(STDERR_FILENO) == 1;
  return {.endpoint = options.endpoint,
          .waits = options.waits,
          .out = std::cout,
          .messages = std::cerr,
          .terminal = watched ? &std::cerr : nullptr,
          .columns = terminal_columns(),
          .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .quiet = options.quiet};
}

int run_one(Session& session, const std::vector<std::string>& command) {
  const auto done = run_command(session, command);
  return done ? 0 : report(session, done.error());
}

int run_standard_input(Session& session) {
  // Else a read that fails looks to std::cin like the end of its lines. What is shown is flushed before each
  // read all the same: the streams are tied.
  std::ios::sync_with_stdio(false);
  return run_script(session, std::cin);
}

}  // namespace

int run_bftp(std::vector<std::string> arguments) {
  protocol::ignore_broken_pipes();
  const auto parsed = parse_options(std::move(arguments));
  if (const auto* nothing = std::get_if<NothingToRun>(&parsed)) {
    (nothing->status == 0 ? std::cout : std::cerr) << nothing->text;
    return nothing->status;
  }
  const auto& options = std::get<Options>(parsed);
  auto session = make_session(options);
  int status = 0;
  if (!options.command.empty()) {
    status = run_one(session, options.command);
  } else {
    status = ::isatty(STDIN_FILENO) == 1 ? run_dialogue(session) : run_standard_input(session);
  }
  if (status == 0 && !std::cout.flush()) {
    return report(session, {Cause::local, "cannot write to the standard output"});
  }
  return status;
}

}  // namespace bftp::client::people
