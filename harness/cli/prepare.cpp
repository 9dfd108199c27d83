#include "harness/cli/prepare.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/programs.hpp"

namespace bftp::cli {
namespace {

std::tm utc_now() {
  return fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

}  // namespace

std::string utc_compact() {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", utc_now());
}

std::string utc_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc_now());
}

protocol::Result<void> obtain_fixtures(const plan::Plan& plan, const std::string& cache,
                                       ProgressLine& progress, record::RunRecord& record) {
  fixtures::FixtureStore store(cache.empty() ? fixtures::default_cache_folder() : cache);
  fixtures::StoreOptions options;
  options.db_csv_bytes = plan.db_csv_bytes;
  options.book_folders = fixtures::default_book_folders(program_folder());
  options.progress = [&progress](std::string_view line) {
    progress.say(std::string(line));
  };
  auto made = store.ensure(plan.fixtures, options);
  if (!made) return made.error();
  record.fixtures = std::move(*made);
  for (const fixtures::Fixture& fixture : record.fixtures)
    if (fixture.stand_in)
      record.warnings.push_back(
          {"fixture.stand_in",
           fmt::format("{} is a stand-in of the same size, since the real text could not be had; "
                       "'bftp-torture fixtures fetch' gets it",
                       fixture.name)});
  return {};
}

protocol::Result<void> make_root(const record::RunRecord& record, const ScratchFolder& scratch) {
  std::error_code error;
  std::filesystem::create_directory(scratch.path() + "/root", error);
  if (error) return protocol::system_error(error.value(), "cannot make the server's root");
  return fixtures::populate_root(record.fixtures, scratch.path() + "/root");
}

}  // namespace bftp::cli
