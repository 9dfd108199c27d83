#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/programs.hpp"

namespace bftp::cli {
namespace {

struct FixturesOptions {
  std::vector<std::string> names;
  std::vector<std::string> urls;
  std::string cache = fixtures::default_cache_folder();
};

fixtures::StoreOptions store_options(Streams& streams) {
  fixtures::StoreOptions options;
  options.book_folders = fixtures::default_book_folders(program_folder());
  options.progress = [&streams](std::string_view line) {
    streams.err << line << "\n";
  };
  return options;
}

int complain(Streams& streams, const protocol::Error& error) {
  streams.err << "bftp-torture: " << error.message << "\n";
  return error.kind == protocol::ErrorKind::invalid_input ? exit_usage : exit_harness_failed;
}

int list(const FixturesOptions& options, Streams& streams) {
  const fixtures::FixtureStore store(options.cache);
  streams.out << fmt::format("Cache: {}\n", store.folder());
  for (const fixtures::FixtureStatus& fixture : store.status(store_options(streams))) {
    const std::string note =
        std::string(fixture.on_request ? " (on request)" : "") + (fixture.stand_in ? " (stand-in)" : "");
    streams.out << fmt::format("{:<26} {:>13} bytes  {:<10} {}{}\n", fixture.name, fixture.size,
                               to_string(fixture.state), fixture.about, note);
  }
  return exit_pass;
}

int ensure(const FixturesOptions& options, bool verify, Streams& streams) {
  fixtures::FixtureStore store(options.cache);
  fixtures::StoreOptions how = store_options(streams);
  how.verify = verify;
  const std::vector<std::string> names =
      options.names.empty() ? std::vector<std::string>{"default"} : options.names;
  const auto made = store.ensure(names, how);
  if (!made) return complain(streams, made.error());
  for (const fixtures::Fixture& fixture : *made)
    streams.out << fmt::format("{}  {}{}\n", protocol::to_hex(fixture.sha256), fixture.path,
                               fixture.stand_in ? "  (stand-in)" : "");
  return exit_pass;
}

int fetch(const FixturesOptions& options, Streams& streams) {
  fixtures::FixtureStore store(options.cache);
  const auto fetched = store.fetch_book({.urls = options.urls}, store_options(streams));
  if (!fetched) return complain(streams, fetched.error());
  streams.out << fmt::format("{}  {}\n", protocol::to_hex(fetched->sha256), fetched->path);
  return exit_pass;
}

}  // namespace

Action add_fixtures_command(CLI::App& app) {
  auto options = std::make_shared<FixturesOptions>();
  CLI::App* command =
      app.add_subcommand("fixtures", "List, make, fetch or verify the files that are transferred");
  command->require_subcommand(1);
  command->add_option("--cache", options->cache, "Folder that holds them")
      ->type_name("DIR")
      ->capture_default_str();
  const CLI::App* list_app = command->add_subcommand("list", "What there is, and what the cache holds");
  CLI::App* make_app = command->add_subcommand("make", "Make what is missing");
  CLI::App* fetch_app =
      command->add_subcommand("fetch", "Fetch Oliver Twist from Project Gutenberg and verify it");
  CLI::App* verify_app = command->add_subcommand("verify", "Hash every file again");
  for (CLI::App* named : {make_app, verify_app})
    named->add_option("NAME", options->names, "Fixtures or sets; none: default");
  fetch_app->add_option("--url", options->urls, "Fetch from here instead")->type_name("URL");
  return [=](Invocation& invocation) {
    if (list_app->parsed()) return list(*options, invocation.streams);
    if (fetch_app->parsed()) return fetch(*options, invocation.streams);
    return ensure(*options, verify_app->parsed(), invocation.streams);
  };
}

}  // namespace bftp::cli
