#include "harness/record/run_record_json.hpp"

#include "harness/record/comparison_json.hpp"
#include "harness/record/json_fields.hpp"
#include "harness/record/run_schema.hpp"
#include "harness/record/words.hpp"

namespace bftp {

namespace plan {

constexpr record::WordTable<ServerKind, 3> server_kind_words{{{ServerKind::reference, "reference"},
                                                              {ServerKind::command, "command"},
                                                              {ServerKind::attached, "attached"}}};
static const char* to_string(ServerKind kind) {
  return record::word_of(server_kind_words, kind);
}
static void word_to(std::string_view word, std::optional<ServerKind>& kind) {
  kind = record::value_of(server_kind_words, word);
}

using record::json::ConstOr;

template <class V, ConstOr<ServerSpec> S>
void describe(V& visit, S& server) {
  visit("kind", server.kind);
  visit("command", server.command);
  visit("argv_template", server.argv_template);
  visit("model", server.model);
  visit("attach_to", server.attach_to);
  visit("pid", server.pid);
  visit("dialect", server.dialect);
  visit("ready_timeout_s", server.ready_timeout_s);
  visit("stop_timeout_s", server.stop_timeout_s);
  visit("output_max_bytes", server.output_max_bytes);
  visit("temporary_max_bytes", server.temporary_max_bytes);
  visit("memory_max_bytes", server.memory_max_bytes);
}

template <class V, ConstOr<ClientSpec> S>
void describe(V& visit, S& clients) {
  visit("count", clients.count);
  visit("lasting_connections", clients.lasting_connections);
  visit("verify", clients.verify);
  visit("transfer_deadline_s", clients.transfer_deadline_s);
  visit("arena_bytes", clients.arena_bytes);
  visit("worker_command", clients.worker_command);
  visit("command", clients.command);
  visit("argv_template", clients.argv_template);
}

template <class V, ConstOr<Plan> S>
void describe(V& visit, S& plan) {
  visit("name", plan.name);
  visit("profile", plan.profile);
  visit("seed", plan.seed);
  visit("suites", plan.suites);
  visit("only", plan.only);
  visit("phases", plan.phases);
  visit("server_behaviours", plan.server_behaviours);
  visit("server", plan.server);
  visit("clients", plan.clients);
  visit("iterations", plan.iterations);
  visit("pass_time_s", plan.pass_time_s);
  visit("large_iterations", plan.large_iterations);
  visit("rounds", plan.rounds);
  visit("fixtures", plan.fixtures);
  visit("ops", plan.ops);
  visit("rate_per_s", plan.rate_per_s);
  visit("sample_rate_hz", plan.sample_rate_hz);
  visit("rest_s", plan.rest_s);
  visit("idle_s", plan.idle_s);
  visit("stall_s", plan.stall_s);
  visit("settle_s", plan.settle_s);
  visit("max_time_s", plan.max_time_s);
  visit("control", plan.control);
  visit("until_conclusive", plan.until_conclusive);
  visit("db_csv_bytes", plan.db_csv_bytes);
  visit("limits", plan.limits);
  visit("waivers", plan.waivers);
  visit("reports_folder", plan.reports_folder);
  visit("command_line", plan.command_line);
}

}  // namespace plan

namespace protocol {

using record::json::ConstOr;

template <class V, ConstOr<Endpoint> S>
void describe(V& visit, S& endpoint) {
  visit("host", endpoint.host);
  visit("port", endpoint.port);
}

template <class V, ConstOr<ClientEnd> S>
void describe(V& visit, S& end) {
  visit("exit_code", end.exit_code);
  visit("signal", end.signal);
  visit("killed", end.killed);
  visit("cpu_ns", end.cpu_ns);
  visit("rss_peak_bytes", end.rss_peak_bytes);
  visit("file", end.file);
  visit("file_bytes", end.file_bytes);
  visit("others_left", end.others_left);
  visit("other_left", end.other_left);
  visit("processes_left", end.processes_left);
  visit("output_bytes", end.output_bytes);
  visit("said", end.said);
}

static void word_to(std::string_view word, std::optional<Op>& op) {
  op = op_from(word);
}
static void word_to(std::string_view word, std::optional<Verify>& verify) {
  verify = verify_from(word);
}
static void word_to(std::string_view word, std::optional<TransferError>& error) {
  error = transfer_error_from(word);
}

}  // namespace protocol

namespace fixtures {

using record::json::ConstOr;

template <class V, ConstOr<Fixture> S>
void describe(V& visit, S& fixture) {
  visit("name", fixture.name);
  visit("size", fixture.size);
  visit("sha256", fixture.sha256);
  visit("about", fixture.about);
  visit("stand_in", fixture.stand_in);
  visit("first_nul", fixture.first_nul);
}

}  // namespace fixtures

namespace record {

using json::ConstOr;

static void word_to(std::string_view word, std::optional<Arm>& arm) {
  arm = arm_from(word);
}
static void word_to(std::string_view word, std::optional<RuntimeKind>& kind) {
  kind = runtime_kind_from(word);
}
static void word_to(std::string_view word, std::optional<QuietKind>& kind) {
  kind = quiet_kind_from(word);
}
static void word_to(std::string_view word, std::optional<WatchKind>& kind) {
  kind = watch_kind_from(word);
}
static void word_to(std::string_view word, std::optional<CaseResult>& result) {
  result = case_result_from(word);
}
static void word_to(std::string_view word, std::optional<CaseDemand>& demand) {
  demand = case_demand_from(word);
}
static void word_to(std::string_view word, std::optional<Bounded>& what) {
  what = bounded_from(word);
}
static void word_to(std::string_view word, std::optional<RunState>& state) {
  state = run_state_from(word);
}

template <class V, ConstOr<Machine> S>
void describe(V& visit, S& machine) {
  visit("hostname", machine.hostname);
  visit("kernel", machine.kernel);
  visit("cpu_model", machine.cpu_model);
  visit("os", machine.os);
  visit("cores", machine.cores);
  visit("memory_bytes", machine.memory_bytes);
  visit("sha_extensions", machine.sha_extensions);
  visit("cpu_source", machine.cpu_source);
  visit("limits", machine.limits);
}

template <class V, ConstOr<Collector> S>
void describe(V& visit, S& collector) {
  visit("runs", collector.runs);
  visit("whole_runs", collector.whole_runs);
  visit("survived_mib", collector.survived_mib);
  visit("just_ran", collector.just_ran);
}

template <class V, ConstOr<ServerRuntime> S>
void describe(V& visit, S& runtime) {
  visit("kind", runtime.kind);
  visit("options", runtime.options);
}

template <class V, ConstOr<ResourceSample> S>
void describe(V& visit, S& sample) {
  visit("time_s", sample.time_s);
  visit("arm", sample.arm);
  visit("processes", sample.processes);
  visit("threads", sample.threads);
  visit("cpu_user_s", sample.cpu_user_s);
  visit("cpu_system_s", sample.cpu_system_s);
  visit("rss_mib", sample.rss_mib);
  visit("pss_mib", sample.pss_mib);
  visit("fds", sample.fds);
  visit("sockets_close_wait", sample.sockets_close_wait);
  visit("zombies", sample.zombies);
  visit("private_mib", sample.private_mib);
  visit("pss_file_mib", sample.pss_file_mib);
  visit("anon_mib", sample.anon_mib);
  visit("cpu_total_s", sample.cpu_total_s);
  visit("collector", sample.collector);
}

template <class V, ConstOr<BlockRecord> S>
void describe(V& visit, S& block) {
  visit("round", block.round);
  visit("arm", block.arm);
  visit("op", block.op);
  visit("fixtures", block.fixtures);
  visit("warm_up", block.warm_up);
  visit("confirmation", block.confirmation);
  visit("pair", block.pair);
  visit("start_s", block.start_s);
  visit("end_s", block.end_s);
  visit("busy_s", block.busy_s);
  visit("transfers", block.transfers);
  visit("bytes", block.bytes);
  visit("server_cpu_s", block.server_cpu_s);
  visit("server_instructions", block.server_instructions);
  visit("workers_cpu_s", block.workers_cpu_s);
  visit("machine_busy_share", block.machine_busy_share);
  visit("machine_steal_share", block.machine_steal_share);
}

template <class V, ConstOr<QuietPoint> S>
void describe(V& visit, S& point) {
  visit("kind", point.kind);
  visit("round", point.round);
  visit("transfers_before", point.transfers_before);
  visit("confirmation", point.confirmation);
  visit("sample", point.sample);
}

template <class V, ConstOr<Watch> S>
void describe(V& visit, S& watch) {
  visit("kind", watch.kind);
  visit("arm", watch.arm);
  visit("start_s", watch.start_s);
  visit("end_s", watch.end_s);
  visit("server_cpu_s", watch.server_cpu_s);
  visit("confirmation", watch.confirmation);
  visit("remark", watch.remark);
}

template <class V, ConstOr<Exercise> S>
void describe(V& visit, S& exercise) {
  visit("kind", exercise.kind);
  visit("arm", exercise.arm);
  visit("confirmation", exercise.confirmation);
  visit("requests", exercise.requests);
  visit("as_meant", exercise.as_meant);
  visit("remark", exercise.remark);
  visit("serves_after", exercise.serves_after);
}

template <class V, ConstOr<Crowding> S>
void describe(V& visit, S& crowding) {
  visit("arm", crowding.arm);
  visit("op", crowding.op);
  visit("fixture", crowding.fixture);
  visit("confirmation", crowding.confirmation);
  visit("alone_ms", crowding.alone_ms);
  visit("together_ms", crowding.together_ms);
  visit("after_ms", crowding.after_ms);
  visit("later_ms", crowding.later_ms);
}

template <class V, ConstOr<HeapInUse> S>
void describe(V& visit, S& heap) {
  visit("arm", heap.arm);
  visit("op", heap.op);
  visit("fixture", heap.fixture);
  visit("readings", heap.readings);
  visit("least_mib", heap.least_mib);
  visit("most_mib", heap.most_mib);
}

template <class V, ConstOr<Restart> S>
void describe(V& visit, S& restart) {
  visit("port", restart.port);
  visit("listened", restart.listened);
  visit("took_s", restart.took_s);
  visit("text", restart.text);
  visit("port_was_free", restart.port_was_free);
  visit("elsewhere", restart.elsewhere);
}

template <class V, ConstOr<Announcement> S>
void describe(V& visit, S& announcement) {
  visit("asked_port", announcement.asked_port);
  visit("port", announcement.port);
  visit("text", announcement.text);
  visit("first_line", announcement.first_line);
  visit("printed_at_end", announcement.printed_at_end);
}

template <class V, ConstOr<StrayFiles> S>
void describe(V& visit, S& stray) {
  visit("known", stray.known);
  visit("confirmation", stray.confirmation);
  visit("count", stray.count);
  visit("names", stray.names);
  visit("complete", stray.complete);
}

template <class V, ConstOr<TemporaryFiles> S>
void describe(V& visit, S& temporary) {
  visit("known", temporary.known);
  visit("bytes", temporary.bytes);
  visit("count", temporary.count);
  visit("names", temporary.names);
  visit("complete", temporary.complete);
  visit("outgrown", temporary.outgrown);
  visit("in_root", temporary.in_root);
}

template <class V, ConstOr<Excess> S>
void describe(V& visit, S& excess) {
  visit("of", excess.of);
  visit("amount", excess.amount);
  visit("most", excess.most);
}

template <class V, ConstOr<ServerEnd> S>
void describe(V& visit, S& end) {
  visit("arm", end.arm);
  visit("by_itself", end.by_itself);
  visit("exit_code", end.exit_code);
  visit("signal", end.signal);
  visit("guard_lost", end.guard_lost);
  visit("excess", end.excess);
  visit("served", end.served);
  visit("time_s", end.time_s);
  visit("asked_s", end.asked_s);
  visit("stop_took_s", end.stop_took_s);
  visit("killed", end.killed);
  visit("left", end.left);
  visit("client_held", end.client_held);
  visit("last_lines", end.last_lines);
}

template <class V, ConstOr<ArmInfo> S>
void describe(V& visit, S& arm) {
  visit("arm", arm.arm);
  visit("name", arm.name);
  visit("command", arm.command);
  visit("dialect", arm.dialect);
  visit("remark", arm.remark);
}

template <class V, ConstOr<WirePoint> S>
void describe(V& visit, S& point) {
  visit("time_s", point.time_s);
  visit("sent", point.sent);
  visit("received", point.received);
}

template <class V, ConstOr<CaseOutcome> S>
void describe(V& visit, S& outcome) {
  visit("id", outcome.id);
  visit("category", outcome.category);
  visit("title", outcome.title);
  visit("demand", outcome.demand);
  visit("result", outcome.result);
  visit("clauses", outcome.clauses);
  visit("done", outcome.done);
  visit("expected", outcome.expected);
  visit("happened", outcome.happened);
  visit("cause", outcome.cause);
  visit("wire", outcome.wire);
  visit("flow", outcome.flow);
  visit("reproduce", outcome.reproduce);
  visit("server_after", outcome.server_after);
  visit("took_s", outcome.took_s);
}

template <class V, ConstOr<Warning> S>
void describe(V& visit, S& warning) {
  visit("id", warning.id);
  visit("text", warning.text);
}

template <class V, ConstOr<HarnessUse> S>
void describe(V& visit, S& use) {
  visit("orchestrator_cpu_s", use.orchestrator_cpu_s);
  visit("orchestrator_rss_peak_mib", use.orchestrator_rss_peak_mib);
  visit("workers_rss_peak_mib", use.workers_rss_peak_mib);
  visit("sampler_cpu_s", use.sampler_cpu_s);
}

template <class V, ConstOr<TransferRecord> S>
void describe(V& visit, S& transfer) {
  visit("iteration", transfer.iteration);
  visit("client", transfer.client);
  visit("arm", transfer.arm);
  visit("op", transfer.op);
  visit("fixture", transfer.fixture);
  visit("bytes", transfer.bytes);
  visit("start_s", transfer.start_s);
  visit("connect_ms", transfer.connect_ms);
  visit("first_byte_ms", transfer.first_byte_ms);
  visit("transfer_ms", transfer.transfer_ms);
  visit("sha256", transfer.sha256);
  visit("identical", transfer.identical);
  visit("error", transfer.error);
  visit("first_difference", transfer.first_difference);
  visit("detail", transfer.detail);
  visit("evidence", transfer.evidence);
  visit("client_end", transfer.client_end);
  visit("worker_cpu_ms", transfer.worker_cpu_ms);
}

template <class V, ConstOr<ClientUse> S>
void describe(V& visit, S& use) {
  visit("transfers", use.transfers);
  visit("failed", use.failed);
  visit("failed_with_file", use.failed_with_file);
  visit("failed_with_others", use.failed_with_others);
  visit("with_others", use.with_others);
  visit("with_processes", use.with_processes);
  visit("example", use.example);
  visit("process_words", use.process_words);
}

template <class V, ConstOr<ClientTrial> S>
void describe(V& visit, S& trial) {
  visit("behaviour", trial.behaviour);
  visit("not_tried", trial.not_tried);
  visit("transfer", trial.transfer);
}

template <class V, ConstOr<Metric> S>
void describe(V& visit, S& metric) {
  visit("name", metric.name);
  visit("op", metric.op);
  visit("fixture", metric.fixture);
  visit("value", metric.value);
  visit("low", metric.low);
  visit("high", metric.high);
  visit("count", metric.count);
  visit("higher_is_better", metric.higher_is_better);
}

template <class V, ConstOr<Baseline> S>
void describe(V& visit, S& baseline) {
  visit("source", baseline.source);
  visit("version", baseline.version);
  visit("runs", baseline.runs);
  visit("unlike", baseline.unlike);
  visit("named_run", baseline.named_run);
  visit("commits", baseline.commits);
  visit("metrics", baseline.metrics);
}

template <class V, ConstOr<RunRecord> S>
void describe(V& visit, S& record) {
  visit("version", record.version);
  visit("started_utc", record.started_utc);
  visit("state", record.state);
  visit("state_text", record.state_text);
  visit("duration_s", record.duration_s);
  visit("plan", record.plan);
  visit("machine", record.machine);
  visit("fixtures", record.fixtures);
  visit("blocks", record.blocks);
  visit("quiet_points", record.quiet_points);
  visit("watches", record.watches);
  visit("exercises", record.exercises);
  visit("crowdings", record.crowdings);
  visit("heaps_in_use", record.heaps_in_use);
  visit("stray_files", record.stray_files);
  visit("temporary_files", record.temporary_files);
  visit("server_ends", record.server_ends);
  visit("restart", record.restart);
  visit("announcements", record.announcements);
  visit("arms", record.arms);
  visit("server_runtime", record.server_runtime);
  visit("cases", record.cases);
  visit("client_use", record.client_use);
  visit("client_trials", record.client_trials);
  visit("warnings", record.warnings);
  visit("harness", record.harness);
  visit("baseline", record.baseline);
}

template <class V, ConstOr<SeriesRows> S>
void describe(V& visit, S& rows) {
  visit("transfers", rows.transfers);
  visit("resources", rows.resources);
}

boost::json::object to_json(const RunRecord& record) {
  json::Writer writer;
  writer.object["schema"] = run_schema;
  writer.object["schema_version"] = run_schema_version;
  describe(writer, record);
  writer("series_rows", SeriesRows{record.transfers.recorded(), record.samples_taken});
  if (record.comparison) writer("comparison", *record.comparison);
  writer("failures", record.transfers.failures());
  writer("failures_total", record.transfers.failures_total());
  return std::move(writer.object);
}

protocol::Result<std::optional<SeriesRows>> series_rows_from_json(const boost::json::value& document) {
  std::optional<SeriesRows> rows;
  std::string problem;
  json::Reader{document, "run", problem}("series_rows", rows);
  if (!problem.empty()) return protocol::Error{protocol::ErrorKind::malformed, problem};
  return rows;
}

protocol::Result<RunRecord> run_record_from_json(const boost::json::value& document) {
  RunRecord record;
  std::string problem = other_schema(document);
  if (!problem.empty()) return protocol::Error{protocol::ErrorKind::malformed, problem};
  json::read_value(document, "run", problem, record);
  json::Reader{document, "run", problem}("comparison", record.comparison);
  if (!problem.empty()) return protocol::Error{protocol::ErrorKind::malformed, problem};
  return record;
}

TransferKey key_of(const TransferRecord& record) {
  return {record.arm, record.client, record.iteration, record.op, record.fixture};
}

protocol::Result<std::map<TransferKey, TransferRecord>> failures_from_json(
    const boost::json::value& document) {
  std::map<TransferKey, TransferRecord> by_key;
  const auto* object = document.if_object();
  const auto* failures = object != nullptr ? object->if_contains("failures") : nullptr;
  if (failures == nullptr) return by_key;
  std::vector<TransferRecord> list;
  std::string problem;
  json::read_value(*failures, "run.failures", problem, list);
  if (!problem.empty()) return protocol::Error{protocol::ErrorKind::malformed, problem};
  for (auto& failure : list) by_key.emplace(key_of(failure), std::move(failure));
  return by_key;
}

}  // namespace record
}  // namespace bftp
