#include "client_under_test/people/options.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "client_under_test/people/commands.hpp"

namespace bftp::client::people {

namespace {

constexpr int usage_status = static_cast<int>(Cause::usage);

/// The version of CLI11 in Debian 12 writes its usage line from what it knows, which is not the words after
/// the options.
class Formatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: bftp [OPTIONS] [HOST[:PORT]] [COMMAND ARGS...]\n";
  }
};

std::string footer() {
  return "Without a command, commands are read from the terminal, or from standard input, one a line: then "
         "the first\n"
         "failure ends the script, other than in a line that begins with '-'. HOST is 127.0.0.1 and PORT is "
         "12345\n"
         "unless given. Commands:\n" +
         command_help() +
         "Exit status: 0 done; 1 the server refused; 2 the connection failed; 3 a file of this machine could "
         "not be\n"
         "read or written; 64 wrong usage.\n";
}

protocol::Clock::duration seconds(double count) {
  return std::chrono::duration_cast<protocol::Clock::duration>(std::chrono::duration<double>(count));
}

NothingToRun wrong_usage(const std::string& why) {
  return {usage_status, "bftp: " + why + "\nbftp: --help tells what would be right\n"};
}

/// The words that are no options: a server unless the first is a command, then the command.
std::variant<Options, NothingToRun> take_words(Options options, std::vector<std::string> words) {
  std::string host_note;
  if (!words.empty() && find_command(words.front()) == nullptr) {
    if (const auto near = nearest_command(words.front()))
      host_note = "; " + words.front() + " is taken for the host, did you mean the command " + *near + "?";
    const auto endpoint = parse_server(words.front());
    if (!endpoint) return wrong_usage(words.front() + ": " + endpoint.error().message);
    options.endpoint = *endpoint;
    words.erase(words.begin());
  }
  if (!words.empty() && find_command(words.front()) == nullptr)
    return wrong_usage(unknown_command(words.front()) + host_note);
  options.command = std::move(words);
  return options;
}

}  // namespace

protocol::Result<protocol::Endpoint> parse_server(std::string_view text) {
  const bool is_port = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  const bool has_port = text.starts_with('[') ? !text.ends_with(']') : text.find(':') != text.npos;
  if (is_port || has_port) return protocol::parse_endpoint(text);
  return protocol::parse_endpoint(std::string(text) + ":12345");
}

std::variant<Options, NothingToRun> parse_options(std::vector<std::string> arguments) {
  Options options;
  const auto wait_range = CLI::Range(0.001, 86'400.0).description("");
  double idle_s = std::chrono::duration<double>(options.waits.idle).count();
  double connect_s = std::chrono::duration<double>(options.waits.connect).count();
  CLI::App app("bftp: a client for servers that speak BFTP/1, for people and scripts.", "bftp");
  app.formatter(std::make_shared<Formatter>());
  app.footer(footer());
  app.set_version_flag("--version", BFTP_VERSION);
  app.add_option("--timeout", idle_s, "seconds that the server may be silent")
      ->type_name("SECONDS")
      ->check(wait_range)
      ->capture_default_str();
  app.add_option("--connect-timeout", connect_s, "seconds until a connection stands")
      ->type_name("SECONDS")
      ->check(wait_range)
      ->capture_default_str();
  app.add_flag("-q,--quiet", options.quiet, "no messages of success, no progress");
  app.prefix_command();  // the first word that is no option ends the options: a command has its own
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return NothingToRun{0, app.help()};
  } catch (const CLI::CallForVersion&) {
    return NothingToRun{0, std::string("bftp ") + BFTP_VERSION + "\n"};
  } catch (const CLI::ParseError& error) {
    return wrong_usage(error.what());
  }
  options.waits.idle = seconds(idle_s);
  options.waits.connect = seconds(connect_s);
  auto words = app.remaining();
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  if (!words.empty() && words.front().starts_with('-')) return wrong_usage("unknown option " + words.front());
  return take_words(std::move(options), std::move(words));
}

}  // namespace bftp::client::people
