#include "harness/cli/run_cases.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/cli/case_commands.hpp"
#include "harness/cli/open_folder.hpp"
#include "harness/cli/place_file.hpp"
#include "harness/cli/placed_surroundings.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/measure/make_probe.hpp"
#include "harness/measure/temporary_files.hpp"
#include "harness/torture/large_file.hpp"
#include "harness/torture/suite_runner.hpp"

namespace bftp::cli {
namespace {

using protocol::Result;
using torture::CaseFiles;
using torture::KnownFile;

/// Large enough to take several packets, small enough to be over at once.
constexpr std::size_t probe_bytes = 4'099;
constexpr std::uint64_t attached_probe_bytes_max = 8u << 20;
constexpr std::uint64_t attached_large_bytes_min = 8u << 20;

/// Every byte value, in an order that no buffer size divides.
std::string probe_content(unsigned multiplier) {
  std::string content(probe_bytes, '\0');
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>((i * multiplier + i / 256) & 0xff);
  return content;
}

/// Of a server that is not ours, too: it says whose the files are, should one stay.
std::string own_prefix() {
  return "bftp-torture-" + random_hex(1);
}

/// Its name. Empty if it cannot be made.
std::string place_large(const OpenFolder& root) {
  const std::string name = "probe-large.bin";
  return root.put_parts(name, torture::placed_large_part) ? name : std::string();
}

/// Of a fixture's file, which is read anew each time: it may be larger than memory.
std::string part_of_file(const std::string& path, std::uint64_t offset, std::size_t size) {
  std::string part(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(part.data(), static_cast<std::streamsize>(size));
  part.resize(static_cast<std::size_t>(file.gcount()));
  return part;
}

std::optional<torture::KnownFolder> place_folder(const OpenFolder& root, const std::string& name,
                                                 unsigned multiplier) {
  torture::KnownFolder folder{name, {"framing-inside.bin", probe_content(multiplier)}};
  const auto inside = root.folder(name);
  if (!inside || !inside->put(folder.file)) return std::nullopt;
  return folder;
}

/// More than the pages and batches in which folders are read and listings are built.
std::optional<torture::ManyFiles> place_many(const OpenFolder& root) {
  torture::ManyFiles many{"framing-many", 300};
  const auto inside = root.folder(many.folder);
  if (!inside) return std::nullopt;
  for (std::size_t i = 0; i < many.count; ++i)
    if (!inside->put({fmt::format("many-{:03}.bin", i), ""})) return std::nullopt;
  return many;
}

/// A server of our user may have locked its root, and would be asked for nothing then. One that put a link
/// there has not opened what it leads to.
std::optional<OpenFolder> open_root(const std::string& root) {
  struct ::stat is {};
  if (::lstat(root.c_str(), &is) == 0 && S_ISDIR(is.st_mode))
    static_cast<void>(
        ::fchmodat(AT_FDCWD, root.c_str(), (is.st_mode & 07777) | S_IRWXU, AT_SYMLINK_NOFOLLOW));
  return OpenFolder::open(root);
}

/// Files of our own in a root that is ours.
std::optional<CaseFiles> place_files(const std::string& path, const torture::Speech& speech) {
  const auto root = open_root(path);
  if (!root) return std::nullopt;
  CaseFiles files{.probe = {"framing-probe.bin", probe_content(7)},
                  .long_named = {},
                  .outside = {},
                  .own_prefix = own_prefix(),
                  .large = place_large(*root),
                  .large_part = torture::placed_large_part};
  if (!root->put(files.probe)) return std::nullopt;
  files.folder = place_folder(*root, "framing-folder", 13);
  // What counts characters for bytes is in step as long as all names are ASCII.
  if (speech.dialect() == "bftp") {
    // The second is before the first, by bytes; behind it for who compares them as signed numbers. The third
    // is before both, and behind them for who takes upper case for lower case.
    for (const char* name : {"framing-gr\u00f6\u00dfe.bin", "framing-groesse.bin", "framing-Z.bin"})
      if (KnownFile file{name, probe_content(5)}; root->put(file)) files.listed.push_back(std::move(file));
    files.many = place_many(*root);
    files.named_folder = place_folder(*root, "framing-gr\u00f6\u00dfe.d", 17);
    if (auto folder = place_folder(*root, "framing-long-" + std::string(187, 'd'), 19))
      files.long_folder = std::move(folder->name);
  }
  KnownFile long_named{std::string(speech.name_bytes_max() - 4, 'n') + ".bin", probe_content(11)};
  if (root->put(long_named))
    files.long_named = std::move(long_named);  // some file systems know no such names
  return files;
}

/// Of what place_files() made, what every case asks for is there.
bool is_whole(const std::string& root, const CaseFiles& files) {
  std::error_code ignored;
  const auto holds = [&](const std::string& path) {
    return std::filesystem::exists(root + "/" + path, ignored);
  };
  const bool has_large = files.large.empty() || holds(files.large);
  const bool has_folder = !files.folder || holds(files.folder->name + "/" + files.folder->file.name);
  return holds(files.probe.name) && has_large && has_folder;
}

/// The smallest file that an attached server is known to have, and the largest.
std::optional<CaseFiles> known_files(const record::RunRecord& record) {
  const fixtures::Fixture* smallest = nullptr;
  const fixtures::Fixture* largest = nullptr;
  for (const auto& fixture : record.fixtures) {
    if (fixture.size >= attached_large_bytes_min && (largest == nullptr || fixture.size > largest->size))
      largest = &fixture;
    if (fixture.size == 0 || fixture.size > attached_probe_bytes_max) continue;
    if (smallest == nullptr || fixture.size < smallest->size) smallest = &fixture;
  }
  if (smallest == nullptr) return std::nullopt;
  const bool writes = std::ranges::find(record.plan.ops, protocol::Op::put) != record.plan.ops.end();
  std::ostringstream content;
  content << std::ifstream(smallest->path, std::ios::binary).rdbuf();
  CaseFiles files{.probe = {smallest->name, content.str()},
                  .long_named = {},
                  .outside = {},
                  .own_prefix = writes ? own_prefix() : std::string()};
  if (largest == nullptr) return files;
  files.large = largest->name;
  std::error_code unreadable;
  if (std::filesystem::file_size(largest->path, unreadable) != largest->size) return files;
  files.large_part = [path = largest->path](std::uint64_t offset, std::size_t size) {
    return part_of_file(path, offset, size);
  };
  return files;
}

std::vector<const torture::Case*> cases_of(const plan::Plan& plan, const torture::Speech& speech) {
  return plan.only.empty() ? torture::cases_for(plan.suites, speech)
                           : torture::cases_named(plan.only, speech);
}

bool nothing_worked(const record::RunRecord& record) {
  const auto total = record.transfers.total(record::Arm::server);
  return total.transfers > 0 && total.errors == total.transfers;
}

/// Trying the cases would cost one more deadline, and teach nothing.
bool nothing_ever_came(const record::RunRecord& record) {
  const auto kinds = record.transfers.errors_by_kind(record::Arm::server);
  return nothing_worked(record) && kinds[static_cast<std::size_t>(record::TransferError::deadline)] > 0;
}

bool is_known_to_serve_once(const record::RunRecord& record) {
  return std::ranges::any_of(record.warnings,
                             [](const auto& warning) { return warning.id == record::serves_once_warning; });
}

/// The server under test, started anew for the cases.
class LaunchedSubject final : public torture::Subject {
 public:
  LaunchedSubject(const plan::ServerSpec& spec, launch::LaunchOptions options,
                  std::chrono::milliseconds connection_time_max)
      : spec_(spec), options_(std::move(options)), network_(*options_.hurry, connection_time_max) {}

  torture::Network& network() override { return network_; }
  Result<void> restart() override {
    if (server_ && spec_.kind == plan::ServerKind::attached) return {};
    probe_.reset();
    if (server_) server_->stop();
    server_.reset();
    auto server = launch::launch_server(spec_, options_);
    if (!server) return server.error();
    server_ = std::move(*server);
    probe_ = measure::make_probe(*server_);
    network_.set_endpoint(server_->endpoint());
    return {};
  }
  std::optional<launch::ExitStatus> exited() override {
    return server_ && !server_->daemonised() ? server_->exited() : std::nullopt;
  }
  std::optional<double> cpu_s() override { return probe_ ? probe_->cpu_total_s() : std::nullopt; }

 private:
  const plan::ServerSpec& spec_;
  launch::LaunchOptions options_;
  torture::SocketNetwork network_;
  std::unique_ptr<launch::ServerHandle> server_;
  std::unique_ptr<measure::Probe> probe_;  ///< null where no process is known
};

}  // namespace

bool has_cases(const plan::Plan& plan) {
  const auto* speech = torture::find_speech(plan.server.dialect);
  return speech != nullptr && !cases_of(plan, *speech).empty();
}

std::vector<std::string> cases_of_other_dialects(const plan::Plan& plan) {
  const auto* speech = torture::find_speech(plan.server.dialect);
  std::vector<std::string> others;
  for (const auto& id : plan.only)
    if (speech == nullptr || torture::cases_named({id}, *speech).empty()) others.push_back(id);
  return others;
}

void leave_out_cases(record::RunRecord& record, const std::string& why) {
  const auto* speech = torture::find_speech(record.plan.server.dialect);
  if (speech == nullptr) return;
  record.cases =
      torture::leave_out_suite(cases_of(record.plan, *speech), *speech, why, record::CaseResult::unknown);
}

void run_cases(record::RunRecord& record, const CaseSettings& settings) {
  const auto& plan = record.plan;
  const auto* speech = torture::find_speech(plan.server.dialect);
  if (speech == nullptr) return;
  const auto cases = cases_of(plan, *speech);
  const bool is_ours = plan.server.kind != plan::ServerKind::attached;
  if (cases.empty()) return;
  auto files = is_ours ? place_files(settings.root, *speech) : known_files(record);
  if (!files) {
    record.cases =
        is_ours
            ? torture::leave_out_suite(cases, *speech,
                                       measure::is_no_folder(settings.root)
                                           ? "the served folder is no folder any more: a link or a file lies "
                                             "in its place"
                                           : "no file could be made in the served folder for them",
                                       record::CaseResult::unknown)
            : torture::leave_out_suite(cases, *speech,
                                       "none of the run's fixtures is one that they may ask the server "
                                       "for: it takes one of 1 byte to 8 MiB",
                                       record::CaseResult::skipped);
    return;
  }
  std::unique_ptr<PlacedSurroundings> surroundings;
  if (is_ours)
    surroundings = PlacedSurroundings::place(settings.root, files->own_prefix, [&] {
      if (!is_whole(settings.root, *files)) static_cast<void>(place_files(settings.root, *speech));
    });
  if (surroundings != nullptr) {
    files->outside = surroundings->outside();
    files->surroundings = surroundings.get();
  }
  if (nothing_ever_came(record)) {
    record.cases = torture::leave_out_suite(
        cases, *speech, "every transfer before waited in vain, and a plain one has to work first",
        record::CaseResult::skipped);
    return;
  }
  launch::LaunchOptions options;
  options.root = settings.root;
  options.run_folder = settings.run_folder + "/cases";
  options.temporary_folder = settings.temporary_folder;
  options.appends_output = true;  // what one that fell has said
  options.hurry = &settings.stop;
  std::error_code ignored;
  std::filesystem::create_directory(options.run_folder, ignored);
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(plan.clients.transfer_deadline_s));
  std::optional<std::chrono::milliseconds> time_max;
  if (settings.time_left_s)
    time_max =
        std::chrono::milliseconds(static_cast<std::int64_t>(std::max(0.0, *settings.time_left_s) * 1e3));
  LaunchedSubject subject(plan.server, options, 2 * deadline);
  record.cases = torture::run_suite(
      cases, subject,
      {.speech = *speech,
       .files = *files,
       .patience_max = deadline,
       .stop = settings.stop,
       .progress = settings.progress,
       .login = {plan.server.user, plan.server.password},
       .address = is_ours ? std::string(torture::any_address)
                          : fmt::format("{} {}", plan.server.attach_to.host, plan.server.attach_to.port),
       .must_end = settings.must_end,
       .time_max = time_max,
       .serves_once = is_known_to_serve_once(record),
       .nothing_worked = nothing_worked(record)});
  if (!is_ours) return;
  keep_case_files(*files, options.run_folder + "/files");
  say_over_which_files(record.cases);
}

}  // namespace bftp::cli
