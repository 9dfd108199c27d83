#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/fixture.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/announcement.hpp"
#include "harness/record/baseline.hpp"
#include "harness/record/case_outcome.hpp"
#include "harness/record/client_trial.hpp"
#include "harness/record/client_use.hpp"
#include "harness/record/comparison.hpp"
#include "harness/record/resource_sample.hpp"
#include "harness/record/restart.hpp"
#include "harness/record/server_end.hpp"
#include "harness/record/server_runtime.hpp"
#include "harness/record/transfer_log.hpp"

namespace bftp::record {

/// The machine that the run ran on, for the report and for refusing to compare unlike machines.
struct Machine {
  std::string hostname, kernel, cpu_model, os;
  std::uint32_t cores = 0;
  std::uint64_t memory_bytes = 0;
  bool sha_extensions = false;
  std::string cpu_source;           ///< where CPU totals come from: "cgroup v2", "cgroup v1", "/proc"
  std::vector<std::string> limits;  ///< what this machine cannot measure, a sentence each
};

/// Transfers of one (round, arm, op, fixtures) that ran with nothing in between but verification.
struct BlockRecord {
  std::uint32_t round = 0;
  Arm arm = Arm::server;
  Op op = Op::get;
  std::vector<std::uint16_t> fixtures;  ///< one large one, or all small ones together
  bool warm_up = false;                 ///< of the first round: left out where steady state is judged
  bool confirmation = false;            ///< repeated to confirm a failure
  /// Blocks of several arms with the same number did the same work next to each other: what is compared.
  /// Nothing where one arm ran alone.
  std::optional<std::uint32_t> pair;
  double start_s = 0;  ///< of its first batch
  double end_s = 0;    ///< of its last transfer
  double busy_s = 0;   ///< wall time in which transfers ran, over its batches
  std::uint64_t transfers = 0;
  std::uint64_t bytes = 0;
  std::optional<double> server_cpu_s;         ///< of the arm's whole tree, over busy time
  std::optional<double> server_instructions;  ///< likewise, by the processor's counter; mostly unknown
  std::optional<double> workers_cpu_s;        ///< of all workers, timed windows only
  std::optional<double> machine_busy_share;   ///< of all cores over busy time, 0 to 1 (/proc/stat)
  std::optional<double> machine_steal_share;  ///< likewise: stolen by the hypervisor
};

enum class QuietKind : std::uint8_t {
  baseline,  ///< server ready, nothing transferred yet
  round,     ///< after a round, no transfer under way, no client connected
  settled,   ///< at the end, once handles returned or settle_s passed
  refused,   ///< after a stretch of nothing but refused requests
  aborted,   ///< after a stretch of nothing but transfers that their clients broke off
  replaced,  ///< after a stretch of nothing but PUTs onto a file that was there
  others,    ///< after a stretch of nothing but requests that move no whole file: listings, sizes, ranges
};
const char* to_string(QuietKind kind);
std::optional<QuietKind> quiet_kind_from(std::string_view word);
/// Whether it is about requests of one kind alone, after the rounds.
constexpr bool is_exercise(QuietKind kind) {
  return kind == QuietKind::refused || kind == QuietKind::aborted || kind == QuietKind::replaced ||
         kind == QuietKind::others;
}

/// The server at rest, with PSS and handles read in full.
struct QuietPoint {
  QuietKind kind = QuietKind::round;
  std::uint32_t round = 0;  ///< refused, aborted: the stretch; 0 is before the first one
  /// Transfers that this arm's server took (TransferLog::taken()), since its start. Refused, aborted: such
  /// requests, since their phase began.
  std::uint64_t transfers_before = 0;
  bool confirmation = false;
  ResourceSample sample;
};

enum class WatchKind : std::uint8_t {
  idle,       ///< no client connected
  stalled,    ///< clients connected that asked for a file and stopped reading
  half_open,  ///< clients connected that said nothing, half a request, or all and did not read
  aborted,    ///< no client connected, after some have broken off their transfers
};
const char* to_string(WatchKind kind);
std::optional<WatchKind> watch_kind_from(std::string_view word);

/// A span in which nothing was transferred and CPU was watched.
struct Watch {
  WatchKind kind = WatchKind::idle;
  Arm arm = Arm::server;
  double start_s = 0;
  double end_s = 0;
  std::optional<double> server_cpu_s;  ///< spent in it
  bool confirmation = false;
  std::string remark;  ///< why it could not be done, if it could not
};

/// Requests of a kind that is no transfer, with quiet points in between. Says how they went, so that a check
/// knows what the quiet points are worth.
struct Exercise {
  QuietKind kind = QuietKind::refused;  ///< one of which is_exercise() is true
  Arm arm = Arm::server;
  bool confirmation = false;
  std::uint64_t requests = 0;
  std::uint64_t as_meant = 0;  ///< refused in order; begun and then broken off
  std::string remark;          ///< how the first other one went, or why the phase was cut short
  /// Where most of them did not go as meant, or were not answered: whether a plain GET was, afterwards.
  std::optional<bool> serves_after{};
};

/// Transfer times of one fixture, with all clients or with one alone, in stretches that took turns; and once
/// more with one alone after clients had behaved badly.
struct Crowding {
  Arm arm = Arm::server;
  Op op = Op::get;
  std::uint16_t fixture = 0;
  bool confirmation = false;
  std::vector<double> alone_ms, together_ms;  ///< in order; of transfers that ended well
  /// Likewise, by one alone: once the clients that behave badly had gone, and a second later again. Empty:
  /// they were not there.
  std::vector<double> after_ms{}, later_ms{};
};

/// What lived on the heap while every client moved the largest file: its collector was asked again and again,
/// where the runtime takes such requests. Without garbage, so that what is in use can be told from what is
/// not.
struct HeapInUse {
  Arm arm = Arm::server;
  Op op = Op::get;
  std::uint16_t fixture = 0;
  std::uint32_t readings = 0;  ///< while transfers ran
  double least_mib = 0;        ///< before them
  double most_mib = 0;         ///< of the readings
};

/// What lay in the root that no client had put there, once the server was given time to clear it away.
struct StrayFiles {
  bool known = false;  ///< false: the server's root is not ours to look into
  bool confirmation = false;
  std::uint64_t count = 0;
  std::vector<std::string> names;  ///< the first 20 in order, relative to the root; control bytes as \xNN
  bool complete = true;            ///< false: more entries than are looked at, count is a lower bound
};

/// What lay in the server's TMPDIR, which is a folder of its own: once it had ended, or when there was so
/// much of it that the run was ended.
struct TemporaryFiles {
  bool known = false;       ///< false: the server was not started by us, or the record is older than this
  std::uint64_t bytes = 0;  ///< on the disk
  std::uint64_t count = 0;  ///< of entries, folders too
  std::vector<std::string> names;  ///< the first 20 in order, relative to the folder; control bytes as \xNN
  bool complete = true;   ///< false: more entries than are looked at, bytes and count are lower bounds
  bool outgrown = false;  ///< more than ServerSpec::temporary_max_bytes, so the run was ended
  bool in_root = false;   ///< outgrown: it lay in the folder that the server serves, and so do the names
};

/// Something about the harness or the machine that weakens the run. Data, so that judge and report can act on
/// it.
struct Warning {
  std::string id;    ///< stable, e.g. "machine.steal", "fixture.stand_in", "worker.died", "clock.jump"
  std::string text;  ///< one sentence for a person
};

/// Fewer transfers than were asked for, since the server takes so long for each.
inline constexpr std::string_view slow_warning = "server.slow";
/// Id of the warning that the server served one connection and ended, and was started anew for each transfer.
inline constexpr std::string_view serves_once_warning = "server.serves_once";
/// Work was left out, since the server had left so many transfers of its kind unanswered.
inline constexpr const char* gave_up_warning = "drive.gave_up";

/// Id of the warning that somebody changed files of the reference server while it ran: what it fails in then
/// excuses nobody.
inline constexpr std::string_view control_changed_warning = "control.changed";

/// Id of the warning that files in the server's root are not what was put there: it destroyed what it serves.
inline constexpr std::string_view served_changed_warning = "server.changed_files";

/// Id of the warning that the server printed more than is kept.
inline constexpr std::string_view output_capped_warning = "server.output_capped";

/// A server that took part, for people: which program an arm stands for.
struct ArmInfo {
  Arm arm = Arm::server;
  std::string name;     ///< "reference server", "base"
  std::string command;  ///< as it was started; empty when attached
  std::string dialect;  ///< what the workers spoke to it
  std::string remark;   ///< why it took no or no further part, one sentence; else empty
};

/// Peak resources of the harness itself.
struct HarnessUse {
  std::optional<double> orchestrator_cpu_s, orchestrator_rss_peak_mib;
  std::optional<double> workers_rss_peak_mib;  ///< of the largest worker
  std::optional<double> sampler_cpu_s;
};

/// time_up: a bound of the plan was reached, of time or of what the server may fill.
enum class RunState : std::uint8_t { running, complete, interrupted, server_died, time_up, failed };
const char* to_string(RunState state);
std::optional<RunState> run_state_from(std::string_view word);

/// Everything that a run recorded; judging and reporting need nothing else.
struct RunRecord {
  plan::Plan plan;
  std::string started_utc;  ///< 2026-01-31T12:00:00Z
  RunState state = RunState::running;
  std::string state_text;  ///< one sentence when not complete
  Machine machine;
  std::string version;                      ///< ours
  std::vector<fixtures::Fixture> fixtures;  ///< what TransferRecord::fixture counts into
  TransferLog transfers;
  std::vector<ResourceSample> samples;  ///< thinned to at most 20,000 by halving
  std::uint64_t samples_taken = 0;      ///< before they were thinned
  std::vector<BlockRecord> blocks;
  std::vector<QuietPoint> quiet_points;
  std::vector<Watch> watches;
  std::vector<Exercise> exercises;
  std::vector<Crowding> crowdings;
  std::vector<HeapInUse> heaps_in_use;
  std::vector<StrayFiles> stray_files;
  TemporaryFiles temporary_files;
  std::vector<ServerEnd> server_ends;
  std::optional<Restart> restart;           ///< nothing where it was not tried
  std::vector<Announcement> announcements;  ///< of bftp servers: at the run's start, and on port 0
  std::vector<ArmInfo> arms;     ///< in the order in which they stand beside each other; empty in old records
  ServerRuntime server_runtime;  ///< of the server under test
  std::vector<CaseOutcome> cases;          ///< of the torture suites
  ClientUse client_use;                    ///< of external clients
  std::vector<ClientTrial> client_trials;  ///< of the suite `client`
  std::vector<Warning> warnings;
  HarnessUse harness;
  std::optional<Baseline> baseline;      ///< what the run is held against, if it is
  std::optional<Comparison> comparison;  ///< of `compare` alone: two servers instead of one
  double duration_s = 0;
};

}  // namespace bftp::record
