#include "server_under_test/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include <CLI/CLI.hpp>

#include "protocol/suggest.hpp"

namespace bftp::server {

namespace {

constexpr int wrong_usage = 64;  // EX_USAGE of sysexits.h

constexpr const char* description =
    "bftpd serves one folder over BFTP/1 (docs/protocol.md).\n"
    "\n"
    "It prints \"listening on HOST:PORT\" once it takes connections, and ends with status 0 after SIGTERM "
    "or\n"
    "SIGINT, when running transfers are done or 3 seconds have passed.";

std::chrono::milliseconds to_milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}

/// A line for each dialect.
std::string dialect_list() {
  std::string list;
  for (const auto* dialect : all_dialects())
    list += fmt::format("{}{:<6} {}", list.empty() ? "" : "\n", dialect->name(), dialect->about());
  return list;
}

/// Empty if there is such a dialect, else what would be right.
std::string check_dialect(const std::string& word) {
  if (find_dialect(word) != nullptr) return {};
  return fmt::format("there is no dialect \"{}\"; {}", word, protocol::hint(word, dialect_names()));
}

/// CLI::Range lets "nan" pass.
std::string check_number(const std::string& word) {
  double number = 0;
  return CLI::detail::lexical_cast(word, number) && std::isfinite(number) ? std::string()
                                                                          : "\"" + word + "\" is no number";
}

/// CLI::AsSizeValue takes -1 for the largest number there is.
std::string check_size(const std::string& word) {
  return word.find('-') == std::string::npos ? std::string() : "a size has no sign: \"" + word + "\"";
}

void add_serving_options(CLI::App& app, Options& options, double& idle_s) {
  app.add_option("--root", options.root, "The folder to serve; clients see it as /")
      ->required()
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  app.add_option("--host", options.endpoint.host, "Address or name to listen on; 0.0.0.0 or :: for all")
      ->capture_default_str()
      ->type_name("HOST");
  app.add_option("--port", options.endpoint.port, "Port to listen on; 0 takes any that is free")
      ->capture_default_str()
      ->type_name("PORT");
  app.add_option("--model", options.model,
                 "How clients are served at the same time: iterative (one after the "
                 "other), fork, thread, pool, epoll")
      ->capture_default_str()
      ->check(CLI::IsMember(model_names()))
      ->type_name("MODEL");
  app.add_option("--dialect", options.dialect,
                 "How clients speak (clauses of docs/protocol.md):\n" + dialect_list())
      ->capture_default_str()
      ->check(check_dialect)
      ->type_name("D");
  app.add_option("--threads", options.limits.threads,
                 "Threads of pool (at the start) and epoll; 0: one for "
                 "each processor")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  app.add_option("--max-clients", options.limits.clients_max, "The next one gets ERR 503")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  app.add_option("--idle-timeout", idle_s, "Seconds for a request to arrive, or for a stream to stand still")
      ->capture_default_str()
      ->check(check_number)
      ->check(CLI::Range(0.01, 1e6))
      ->type_name("S");
}

void add_file_options(CLI::App& app, Options& options) {
  app.add_flag("--fsync", options.files.flush, "Answer a PUT only when the file is on the disk");
  app.add_option("--quota", options.files.quota_bytes,
                 "Bytes that all files may take together; 0: no bound. "
                 "10kb, 2GB are understood")
      ->capture_default_str()
      ->check(check_size)
      ->transform(CLI::AsSizeValue(false))
      ->type_name("BYTES");
  app.add_flag("--read-only", options.files.read_only, "Refuse every change with ERR 403");
  app.add_flag("!--no-openat2", options.openat2, "Resolve paths name by name instead of by openat2(2)");
  app.add_flag("--log", options.log, "Write a line for each request to standard error");
  app.add_option("--log-file", options.log_file, "Write these lines to FILE instead")->type_name("FILE");
}

}  // namespace

std::variant<Options, ExitStatus> parse_options(int argc, const char* const* argv) {
  Options options;
  double idle_s = std::chrono::duration<double>(options.limits.idle).count();
  CLI::App app(description, argc > 0 ? argv[0] : "bftpd");
  // A script can append to a command line that somebody else has begun.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", "bftpd " BFTP_VERSION);
  add_serving_options(app, options, idle_s);
  add_file_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ExitStatus{app.exit(error) == 0 ? 0 : wrong_usage};
  }
  options.limits.idle = to_milliseconds(idle_s);
  options.log = options.log || !options.log_file.empty();
  return options;
}

}  // namespace bftp::server
