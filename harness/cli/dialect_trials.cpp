#include "harness/cli/dialect_trials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "harness/drive/recognise.hpp"
#include "harness/launch/launcher.hpp"
#include "protocol/dialects.hpp"

namespace bftp::cli {
namespace {

using protocol::Deadline;
using namespace std::chrono_literals;

constexpr double trial_deadline_max_s = 3;
constexpr double ready_max_s = 10;
/// How a server ends is judged after the run, not here.
constexpr double stop_max_s = 1;

/// One server for as many trials as it survives, one worker for each.
class Trials {
 public:
  Trials(const ServerTrial& trial, const fixtures::Fixture& fixture, const std::atomic<bool>& stop)
      : spec_(trial.server),
        deadline_s_(std::min(trial_deadline_max_s, trial.patience_s)),
        fixture_(fixture),
        stop_(stop) {
    spec_.ready_timeout_s = std::min(spec_.ready_timeout_s, ready_max_s);
    spec_.stop_timeout_s = std::min(spec_.stop_timeout_s, stop_max_s);
    options_.root = trial.root;
    options_.run_folder = trial.folder;
    options_.temporary_folder = trial.folder + "/tmp";
    options_.hurry = &stop;
  }

  ServerNature look() {
    if (!server_is_up()) return {};
    const auto asked = std::chrono::steady_clock::now();
    const auto first = fetch(spec_.dialect);
    ServerNature nature;
    if (has_no_answer(first))
      nature.silent_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count();
    if (first && first->error == protocol::TransferError::local && is_encrypted())
      return {{}, false, first->detail};
    if (has_served(first)) {
      if (ended_in_order() && server_is_up() && has_served(fetch(spec_.dialect)) && ended_in_order())
        return {{}, true};
      if (is_copy(first)) return {};
    }
    server_.reset();
    nature.dialect_instead = drive::recognise_dialect(
        spec_.dialect, [this](std::string_view dialect) { return attempt(dialect); });
    return nature;
  }

 private:
  /// A certificate that does not verify would fail every transfer, and none of them by the server's fault.
  bool is_encrypted() const {
    const auto* facts = protocol::find_dialect_facts(spec_.dialect);
    return facts != nullptr && facts->encrypted;
  }

  static bool is_copy(const std::optional<protocol::WorkerRecord>& record) {
    return record && record->error == protocol::TransferError::none && record->identical.value_or(false);
  }

  /// Rightly or wrongly.
  static bool has_served(const std::optional<protocol::WorkerRecord>& record) {
    return record && (is_copy(record) || record->bytes > 0);
  }

  /// None came in time, or before the interrupt.
  bool has_no_answer(const std::optional<protocol::WorkerRecord>& record) const {
    if (!record) return stop_.load();
    return record->error == protocol::TransferError::deadline && record->bytes == 0;
  }

  /// The server has ended by itself with status 0 and is gone. One that serves on answers again, so that
  /// nobody waits for its end.
  bool ended_in_order() {
    if (has_served(fetch(spec_.dialect))) return false;
    const auto deadline = Deadline::after(1s);
    while (!server_->exited() && !deadline.expired()) std::this_thread::sleep_for(5ms);
    const auto status = server_->exited();
    server_.reset();
    return status && status->code == 0;
  }

  std::optional<protocol::WorkerRecord> attempt(std::string_view dialect) {
    if (stop_.load() || !server_is_up()) return std::nullopt;
    auto record = fetch(dialect);
    // One that was left hanging, or has ended, would spoil the next trial.
    if (!record || record->error == protocol::TransferError::deadline || server_->exited()) server_.reset();
    return record;
  }

  bool server_is_up() {
    if (server_) return true;
    auto started = launch::launch_server(spec_, options_);
    if (started) server_ = std::move(*started);
    return server_ != nullptr;
  }

  std::optional<protocol::WorkerRecord> fetch(std::string_view dialect) {
    const auto program = launch::find_helper("bftp-worker");
    if (!program || stop_.load()) return std::nullopt;
    auto workers = launch::launch_workers(1, {*program}, options_);
    if (!workers) return std::nullopt;
    launch::WorkerChannel& worker = *workers->front();
    if (!worker.send_line(protocol::encode(job(dialect)), Deadline::after(5s)) ||
        !worker.send_line(protocol::encode(block()), Deadline::after(5s)))
      return std::nullopt;
    return record_of(worker);
  }

  /// In slices, so that an interrupt ends it.
  std::optional<protocol::WorkerRecord> record_of(launch::WorkerChannel& worker) const {
    for (const auto deadline = Deadline::after(10s); !deadline.expired() && !stop_.load();) {
      const auto line = worker.receive_line(Deadline::after(100ms));
      if (!line && line.error().kind == protocol::ErrorKind::deadline) continue;
      if (!line) return std::nullopt;
      const auto record = protocol::parse_worker_record(*line);
      return record ? std::optional(*record) : std::nullopt;
    }
    return std::nullopt;
  }

  protocol::WorkerJob job(std::string_view dialect) const {
    protocol::WorkerJob job;
    job.dialect = dialect;
    job.user = spec_.user;
    job.password = spec_.password;
    job.ca_file = spec_.ca_file;
    job.arena_bytes = 2u << 20;
    job.transfer_deadline_s = deadline_s_;
    job.evidence_max = 0;
    job.fixtures.push_back({fixture_.name, fixture_.size, fixture_.sha256, fixture_.path});
    return job;
  }

  protocol::WorkerBlock block() const {
    protocol::WorkerBlock block;
    block.host = server_->endpoint().host;
    block.port = server_->endpoint().port;
    block.fixtures = {0};
    return block;
  }

  plan::ServerSpec spec_;
  double deadline_s_;
  const fixtures::Fixture& fixture_;
  const std::atomic<bool>& stop_;
  launch::LaunchOptions options_;
  std::unique_ptr<launch::ServerHandle> server_;
};

bool can_be_had_twice(const plan::ServerSpec& spec) {
  return spec.kind == plan::ServerKind::command &&
         std::ranges::any_of(spec.argv_template,
                             [](const auto& word) { return word.find("{port}") != std::string::npos; });
}

/// Of two dialects that differ in the end of the name only: what else may be wrong.
std::string unless_name_end_is_left(std::string_view told, std::string_view seen) {
  const auto closes = [](std::string_view dialect) {
    const auto* facts = protocol::find_dialect_facts(dialect);
    return facts != nullptr && facts->end == protocol::EndOfFile::close && facts->single_connection;
  };
  if (!closes(told) || !closes(seen)) return {};
  return fmt::format(
      ", or mend the server, if it is meant to speak {}: then it does not take the end of the name as that "
      "dialect has it (the NUL, the newline, or the spaces up to 40 bytes) off before it opens the file",
      told);
}

}  // namespace

ServerNature try_server(const ServerTrial& trial, const std::atomic<bool>& stop) {
  const auto* fixture = drive::fixture_for_trial(trial.fixtures);
  if (!can_be_had_twice(trial.server) || fixture == nullptr) return {};
  ServerNature nature = Trials(trial, *fixture, stop).look();
  if (!stop.load()) return nature;
  ServerNature unknown;
  unknown.silent_s = nature.silent_s;
  return unknown;
}

protocol::Result<void> can_be_judged(const ServerNature& nature, const plan::ServerSpec& server,
                                     std::string_view who, std::string_view again,
                                     std::string_view and_then) {
  if (!nature.our_trouble.empty())
    return protocol::Error{
        protocol::ErrorKind::system,
        fmt::format("{} cannot be asked for a file: {}. Nothing is judged", who, nature.our_trouble), 0};
  if (!nature.dialect_instead) return {};
  return protocol::Error{
      protocol::ErrorKind::malformed,
      fmt::format("{} does not answer in the dialect {}: this answers like {}. Nothing is "
                  "judged; {} --dialect {}{}{}",
                  who, server.dialect, *nature.dialect_instead, again, *nature.dialect_instead, and_then,
                  unless_name_end_is_left(server.dialect, *nature.dialect_instead)),
      0};
}

}  // namespace bftp::cli
