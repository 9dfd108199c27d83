#include "harness/cli/prepare.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "fixtures/fixture_store.hpp"
#include "harness/cli/fit_to_disk.hpp"
#include "harness/cli/programs.hpp"
#include "harness/drive/worker_job.hpp"
#include "harness/measure/machine.hpp"
#include "protocol/sha256.hpp"

namespace bftp::cli {
namespace {

std::tm utc_now() {
  return fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
}

}  // namespace

// Ratios to the control arm are comparable between days only if it was the same program, and two builds of
// one version need not be.
std::string version_of_harness_and_control() {
  constexpr std::size_t digits = 8;
  const auto digest = protocol::sha256_of_file(sibling_program("bftpd"));
  if (!digest) return BFTP_VERSION;
  return std::string(BFTP_VERSION) + "+bftpd." + protocol::to_hex(*digest).substr(0, digits);
}

record::RunRecord begin_record(const plan::Plan& plan) {
  record::RunRecord record;
  record.plan = plan;
  record.version = version_of_harness_and_control();
  record.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", utc_now());
  record.machine = measure::describe_machine();
  return record;
}

protocol::Result<void> obtain_fixtures(const std::string& cache, const std::atomic<bool>& stop,
                                       ProgressLine& progress, record::RunRecord& record) {
  fixtures::FixtureStore store(cache.empty() ? fixtures::default_cache_folder() : cache);
  fixtures::StoreOptions options;
  options.db_csv_bytes = record.plan.db_csv_bytes;
  options.book_folders = fixtures::default_book_folders(program_folder());
  options.stop = &stop;
  options.progress = [&progress](std::string_view line) {
    progress.say(std::string(line));
  };
  auto made = store.ensure(record.plan.fixtures, options);
  if (!made) return made.error();
  record.fixtures = std::move(*made);
  for (const fixtures::Fixture& fixture : record.fixtures)
    if (fixture.stand_in)
      record.warnings.push_back(
          {"fixture.stand_in",
           fmt::format("{} is a stand-in of the same size, since the real text could not be had; "
                       "'bftp-torture fixtures fetch' gets it",
                       fixture.name)});
  record.plan.clients.arena_bytes =
      drive::arena_bytes_for(record.plan, record.fixtures, record.machine.memory_bytes);
  return {};
}

namespace {

/// `<scratch>/root`, with copies of the record's fixtures in it or empty.
protocol::Result<void> make_root(const record::RunRecord& record, const ScratchFolder& scratch,
                                 const std::atomic<bool>& stop, bool with_fixtures) {
  std::error_code error;
  std::filesystem::create_directory(scratch.path() + "/root", error);
  if (error) return protocol::system_error(error.value(), "cannot make the server's root");
  if (!with_fixtures) return {};
  return fixtures::populate_root(record.fixtures, scratch.path() + "/root", &stop);
}

}  // namespace

protocol::Result<RunFolders> make_folders(const plan::Plan& plan, record::RunRecord& record,
                                          const std::atomic<bool>& stop, bool with_fixtures) {
  RunFolders folders;
  auto scratch = ScratchFolder::create();
  if (!scratch) return scratch.error();
  folders.scratch = std::move(*scratch);
  if (auto made = make_root(record, *folders.scratch, stop, with_fixtures); !made) return made.error();
  if (auto fits = fit_to_disk(record, folders.scratch->path()); !fits) return fits.error();
  auto kept =
      drive::RunFolder::create(plan.reports_folder, fmt::format("{:%Y%m%dT%H%M%SZ}", utc_now()), plan.name);
  if (!kept) return kept.error();
  folders.kept = std::move(*kept);
  return folders;
}

protocol::Result<void> hand_out_jobs(const std::vector<std::unique_ptr<launch::WorkerChannel>>& workers,
                                     const record::RunRecord& record, const drive::RunFolder& folder,
                                     const std::vector<protocol::ExternalClient>& clients) {
  using namespace std::chrono_literals;
  const std::string evidence = std::filesystem::absolute(folder.file("evidence")).string();
  for (const auto& worker : workers) {
    auto job = drive::make_job(record, worker->client(), evidence);
    job.external_clients = clients;
    const auto sent = worker->send_line(protocol::encode(job), protocol::Deadline::after(10s));
    if (sent) continue;
    const std::string words = worker->last_words();
    return protocol::Error{sent.error().kind,
                           fmt::format("worker {} did not take its job: {}", worker->client(),
                                       words.empty() ? "it ended without a word; --client has to be a "
                                                       "bftp-worker, or one that speaks as it does"
                                                     : words)};
  }
  return {};
}

}  // namespace bftp::cli
