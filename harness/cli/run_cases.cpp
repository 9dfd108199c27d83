#include "harness/cli/run_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/launch/launcher.hpp"
#include "harness/torture/suite_runner.hpp"

namespace bftp::cli {
namespace {

using protocol::Result;
using torture::CaseFiles;
using torture::KnownFile;

/// Large enough to take several packets, small enough to be over at once.
constexpr std::size_t probe_bytes = 4'099;
constexpr std::uint64_t attached_probe_bytes_max = 8u << 20;

/// Every byte value, in an order that no buffer size divides.
std::string probe_content(unsigned multiplier) {
  std::string content(probe_bytes, '\0');
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>((i * multiplier + i / 256) & 0xff);
  return content;
}

bool write_to(const std::string& root, const KnownFile& file) {
  std::ofstream out(root + "/" + file.name, std::ios::binary);
  out << file.content << std::flush;
  return out.good();
}

/// Files of our own in a root that is ours.
std::optional<CaseFiles> place_files(const std::string& root, const torture::Speech& speech) {
  CaseFiles files{.probe = {"framing-probe.bin", probe_content(7)}};
  if (!write_to(root, files.probe)) return std::nullopt;
  torture::KnownFolder folder{"framing-folder", {"framing-inside.bin", probe_content(13)}};
  std::error_code ignored;
  std::filesystem::create_directory(root + "/" + folder.name, ignored);
  if (write_to(root + "/" + folder.name, folder.file)) files.folder = std::move(folder);
  KnownFile long_named{std::string(speech.name_bytes_max() - 4, 'n') + ".bin", probe_content(11)};
  if (write_to(root, long_named))
    files.long_named = std::move(long_named);  // some file systems know no such names
  return files;
}

/// The smallest file that an attached server is known to have.
std::optional<CaseFiles> known_files(const record::RunRecord& record) {
  const fixtures::Fixture* smallest = nullptr;
  for (const auto& fixture : record.fixtures) {
    if (fixture.size == 0 || fixture.size > attached_probe_bytes_max) continue;
    if (smallest == nullptr || fixture.size < smallest->size) smallest = &fixture;
  }
  if (smallest == nullptr) return std::nullopt;
  std::ostringstream content;
  content << std::ifstream(smallest->path, std::ios::binary).rdbuf();
  return CaseFiles{.probe = {smallest->name, content.str()}};
}

/// The server under test, started anew for the cases.
class LaunchedSubject final : public torture::Subject {
 public:
  LaunchedSubject(const plan::ServerSpec& spec, launch::LaunchOptions options)
      : spec_(spec), options_(std::move(options)) {}

  torture::Network& network() override { return network_; }
  Result<void> restart() override {
    if (server_ && spec_.kind == plan::ServerKind::attached) return {};
    if (server_) server_->stop();
    server_.reset();
    auto server = launch::launch_server(spec_, options_);
    if (!server) return server.error();
    server_ = std::move(*server);
    network_.set_endpoint(server_->endpoint());
    return {};
  }
  std::optional<launch::ExitStatus> exited() override {
    return server_ && !server_->daemonised() ? server_->exited() : std::nullopt;
  }

 private:
  const plan::ServerSpec& spec_;
  launch::LaunchOptions options_;
  torture::SocketNetwork network_;
  std::unique_ptr<launch::ServerHandle> server_;
};

}  // namespace

void run_cases(record::RunRecord& record, const CaseSettings& settings) {
  const auto& plan = record.plan;
  const auto* speech = torture::find_speech(plan.server.dialect);
  if (speech == nullptr) return;
  const auto cases = torture::cases_for(plan.suites, *speech);
  const bool is_ours = plan.server.kind != plan::ServerKind::attached;
  const auto files = is_ours ? place_files(settings.root, *speech) : known_files(record);
  if (cases.empty() || !files) return;
  launch::LaunchOptions options;
  options.root = settings.root;
  options.run_folder = settings.run_folder + "/cases";
  std::error_code ignored;
  std::filesystem::create_directory(options.run_folder, ignored);
  LaunchedSubject subject(plan.server, options);
  const std::chrono::duration<double> deadline(plan.clients.transfer_deadline_s);
  record.cases =
      torture::run_suite(cases, subject,
                         {.speech = *speech,
                          .files = *files,
                          .patience_max = std::chrono::duration_cast<std::chrono::milliseconds>(deadline),
                          .stop = settings.stop,
                          .progress = settings.progress,
                          .login = {plan.server.user, plan.server.password}});
}

}  // namespace bftp::cli
