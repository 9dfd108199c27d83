#include "harness/cli/dialect_trials.hpp"

#include <algorithm>
#include <memory>
#include <thread>

#include "harness/drive/recognise.hpp"
#include "harness/launch/launcher.hpp"
#include "protocol/dialects.hpp"

namespace bftp::cli {
namespace {

using protocol::Deadline;
using namespace std::chrono_literals;

constexpr double trial_deadline_s = 3;
constexpr double ready_max_s = 10;
/// How a server ends is judged after the run, not here.
constexpr double stop_max_s = 1;

/// One server for as many trials as it survives, one worker for each.
class Trials {
 public:
  Trials(const record::RunRecord& record, const fixtures::Fixture& fixture, const std::string& root,
         const std::string& folder, const std::atomic<bool>& stop)
      : spec_(record.plan.server),
        deadline_s_(std::min(trial_deadline_s, record.plan.clients.transfer_deadline_s)),
        fixture_(fixture),
        stop_(stop) {
    spec_.ready_timeout_s = std::min(spec_.ready_timeout_s, ready_max_s);
    spec_.stop_timeout_s = std::min(spec_.stop_timeout_s, stop_max_s);
    options_.root = root;
    options_.run_folder = folder;
    options_.temporary_folder = folder + "/tmp";
    options_.hurry = &stop;
  }

  ServerNature look() {
    if (!server_is_up()) return {};
    const auto first = fetch(spec_.dialect);
    if (first && first->error == protocol::TransferError::local && is_encrypted())
      return {{}, false, first->detail};
    if (has_served(first)) {
      if (ended_in_order() && server_is_up() && has_served(fetch(spec_.dialect)) && ended_in_order())
        return {{}, true};
      if (is_copy(first)) return {};
    }
    server_.reset();
    return {drive::recognise_dialect(spec_.dialect,
                                     [this](std::string_view dialect) { return attempt(dialect); }),
            false};
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

}  // namespace

ServerNature try_server(const record::RunRecord& record, const std::string& root, const std::string& folder,
                        const std::atomic<bool>& stop) {
  const plan::ServerSpec& spec = record.plan.server;
  const auto* fixture = drive::fixture_for_trial(record.fixtures);
  if (!can_be_had_twice(spec) || fixture == nullptr) return {};
  const ServerNature nature = Trials(record, *fixture, root, folder, stop).look();
  return stop.load() ? ServerNature{} : nature;
}

}  // namespace bftp::cli
