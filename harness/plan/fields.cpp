#include "harness/plan/fields.hpp"

#include <algorithm>

#include "fixtures/fixture_store.hpp"
#include "fixtures/manifest.hpp"
#include "harness/plan/client_command.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/plan/field_makers.hpp"
#include "harness/plan/phases.hpp"
#include "harness/plan/profiles.hpp"
#include "harness/plan/refusal.hpp"
#include "harness/plan/vocabulary.hpp"

namespace bftp::plan {
namespace {

using protocol::Result;

Result<void> accept_name(const std::string& name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const bool right = !name.empty() && name.size() <= 64 && name.front() != '.' &&
                     name.find_first_not_of(letters) == std::string::npos;
  return right ? Result<void>()
               : refuse(in_quotes(name) +
                        " cannot name a folder; right are 1 to 64 of A-Z a-z 0-9 . _ -, no dot first");
}

Result<void> accept_folder(const std::string& folder) {
  const bool right = !folder.empty() && folder.size() < 4'096 && folder.find('\0') == std::string::npos;
  return right ? Result<void>() : refuse("a folder's path is wanted");
}

Result<void> accept_server(const std::string& command) {
  if (command == "reference") return {};
  const auto argv = parse_command(command, server_placeholders());
  return argv ? Result<void>() : argv.error();
}

Result<void> accept_worker(const std::string& command) {
  if (command.empty()) return {};
  const auto argv = split_command(command);
  return argv ? Result<void>() : argv.error();
}

Result<void> accept_client(const std::string& command) {
  if (command.empty()) return {};
  const auto argv = parse_client_command(command);
  return argv ? Result<void>() : argv.error();
}

Result<void> accept_endpoint(const std::string& address) {
  const auto endpoint = protocol::parse_endpoint(address);
  if (!endpoint) return endpoint.error();
  return endpoint->port != 0
             ? Result<void>()
             : refuse(in_quotes(address) + " names port 0, where nobody listens; right is 1 to 65535");
}

/// It becomes part of a command line of the protocol.
Result<void> accept_credential(const std::string& text) {
  const bool right =
      text.size() <= 255 && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return right ? Result<void>() : refuse("at most 255 bytes without control characters are wanted");
}

Result<void> accept_path(const std::string& text) {
  const bool right = text.size() < 4096 && text.find('\0') == std::string::npos;
  return right ? Result<void>() : refuse("a path of at most 4095 bytes without NUL is wanted");
}

/// Another server: what an earlier layer said of the one before does not hold for it.
void forget_server(ServerSpec& server) {
  server.command.clear();
  server.model.clear();
  server.attach_to = {};
  server.pid.reset();
}

/// --server: a command, or the word that brings the reference server back over a plan file's command.
Field server_command() {
  auto field = text_field(
      "server.command", "how to start the server: a command with {host} {port} {root}, or \"reference\"",
      "a command such as \"python3 server.py --port {port}\", or \"reference\"",
      [](auto& plan) -> auto& { return plan.server.command; }, accept_server);
  field.set = [](Plan& plan, const Checked& value) {
    const auto& command = std::get<std::string>(value);
    forget_server(plan.server);
    plan.server.kind = command == "reference" ? ServerKind::reference : ServerKind::command;
    if (plan.server.kind == ServerKind::command) plan.server.command = command;
  };
  field.get = [](const Plan& plan) -> std::optional<Checked> {
    if (plan.server.kind == ServerKind::attached) return std::nullopt;
    return plan.server.kind == ServerKind::reference ? "reference" : plan.server.command;
  };
  return field;
}

Field server_attach() {
  auto field = text_field(
      "server.attach", "address of a server that runs already, instead of a command",
      "an address such as \"127.0.0.1:12345\"", [](auto& plan) -> auto& { return plan.server.command; },
      accept_endpoint);
  field.set = [](Plan& plan, const Checked& value) {
    forget_server(plan.server);
    plan.server.kind = ServerKind::attached;
    plan.server.attach_to = protocol::parse_endpoint(std::get<std::string>(value)).value();
  };
  field.get = [](const Plan& plan) -> std::optional<Checked> {
    if (plan.server.kind != ServerKind::attached) return std::nullopt;
    return plan.server.attach_to.text();
  };
  return field;
}

Field server_model() {
  auto field = word_field(
      "server.model", "concurrency model of the reference server; its own default if not given",
      model_names(), [](auto& plan) -> auto& { return plan.server.model; });
  field.get = [](const Plan& plan) {
    return plan.server.model.empty() ? std::nullopt : std::optional<Checked>(plan.server.model);
  };
  return field;
}

Field ops() {
  Field field;
  field.key = "ops";
  field.kind = FieldKind::words;
  field.about = "what is done with each fixture";
  field.words = {"get", "put"};
  field.set = [](Plan& plan, const Checked& value) {
    plan.ops.clear();
    for (const auto& name : std::get<std::vector<std::string>>(value))
      plan.ops.push_back(*protocol::op_from(name));
  };
  field.get = [](const Plan& plan) {
    std::vector<std::string> names;
    names.reserve(plan.ops.size());
    for (const auto op : plan.ops) names.emplace_back(protocol::to_string(op));
    return std::optional<Checked>(std::move(names));
  };
  return field;
}

Field only_cases() {
  auto field = words_field(
      "only", "ids of torture cases: these and nothing else, whatever the suites", {},
      [](auto& plan) -> auto& { return plan.only; });
  field.get = [](const Plan& plan) {
    return plan.only.empty() ? std::nullopt : std::optional<Checked>(plan.only);
  };
  return field;
}

Field phases_of_run() {
  auto field = words_field(
      "phases", "what is looked at once the rounds are over: all, none, or names that 'list phases' shows",
      phase_words(), [](auto& plan) -> auto& { return plan.phases; });
  field.get = [](const Plan& plan) {
    return plan.phases == Plan{}.phases ? std::nullopt : std::optional<Checked>(plan.phases);
  };
  return field;
}

Field server_behaviours() {
  auto field = words_field(
      "server_behaviours", "how the reference server misbehaves towards the client, in the suite client",
      behaviour_names(), [](auto& plan) -> auto& { return plan.server_behaviours; });
  field.get = [](const Plan& plan) {
    return plan.server_behaviours.empty() ? std::nullopt : std::optional<Checked>(plan.server_behaviours);
  };
  return field;
}

Field verify() {
  Field field;
  field.key = "clients.verify";
  field.kind = FieldKind::word;
  field.about =
      "sha256: keep and hash each copy between blocks; bytes: compare as it arrives; none: for measuring the "
      "harness, never for a verdict";
  field.words = {"sha256", "bytes", "none"};
  field.set = [](Plan& plan, const Checked& value) {
    plan.clients.verify = *protocol::verify_from(std::get<std::string>(value));
  };
  field.get = [](const Plan& plan) {
    return std::optional<Checked>(protocol::to_string(plan.clients.verify));
  };
  return field;
}

constexpr double day_s = 86'400;
constexpr double settable_max = 9.3e18;  // parse_count() and TOML stop at 2^63 - 1

std::vector<Field> run_fields() {
  std::vector<Field> all;
  all.push_back(text_field(
      "name", "names the run's folder in the reports", "a short name",
      [](auto& p) -> auto& { return p.name; }, accept_name));
  all.push_back(word_field(
      "profile", "what all other defaults come from", profile_names(),
      [](auto& p) -> auto& { return p.profile; }));
  all.push_back(between(0, settable_max,
                        plain<std::uint64_t>(
                            "seed", FieldKind::count, "seeds everything random; a fresh one if not given",
                            [](auto& p) -> auto& { return p.seed; })));
  all.push_back(words_field(
      "suites", "which groups of checks and cases to run", suite_names(),
      [](auto& p) -> auto& { return p.suites; }));
  all.push_back(only_cases());
  all.push_back(phases_of_run());
  all.push_back(server_behaviours());
  all.push_back(between(1, 10'000'000,
                        plain<std::uint64_t>(
                            "iterations", FieldKind::count, "of each client, over every fixture and op",
                            [](auto& p) -> auto& { return p.iterations; })));
  all.push_back(between(1, 10'000'000,
                        plain<std::uint64_t>(
                            "large_iterations", FieldKind::count,
                            "of each client, over fixtures of 16 MiB and more; at most iterations",
                            [](auto& p) -> auto& { return p.large_iterations; })));
  all.push_back(between(
      1, 10'000,
      plain<std::uint64_t>(
          "rounds", FieldKind::count,
          "the iterations are spread over so many rounds, with a quiet point after each; at most iterations",
          [](auto& p) -> auto& { return p.rounds; })));
  all.push_back(words_field(
      "fixtures", "names or sets: default, nasty, all", fixtures::all_names(),
      [](auto& p) -> auto& { return p.fixtures; }));
  all.push_back(ops());
  all.push_back(between(0, 1'000'000,
                        optional_number<double>(
                            "rate", FieldKind::number,
                            "open loop: transfers per second of all clients together; 0: closed loop",
                            [](auto& p) -> auto& { return p.rate_per_s; })));
  all.push_back(between(0.1, 1'000,
                        plain<double>(
                            "sample_rate", FieldKind::number, "samples of the server's resources per second",
                            [](auto& p) -> auto& { return p.sample_rate_hz; })));
  all.push_back(between(
      0, 3'600,
      plain<double>(
          "rest", FieldKind::duration,
          "time without work half way through the rounds, after which the next transfer is looked at; 0: "
          "leave out",
          [](auto& p) -> auto& { return p.rest_s; })));
  all.push_back(between(0.1, 3'600,
                        plain<double>(
                            "idle", FieldKind::duration, "quiet time over which idle CPU is judged",
                            [](auto& p) -> auto& { return p.idle_s; })));
  all.push_back(between(0, 3'600,
                        plain<double>(
                            "stall", FieldKind::duration, "time with clients that do not read; 0: leave out",
                            [](auto& p) -> auto& { return p.stall_s; })));
  all.push_back(
      between(0, 3'600,
              plain<double>(
                  "settle", FieldKind::duration, "at most so long to wait for handles to return at the end",
                  [](auto& p) -> auto& { return p.settle_s; })));
  all.push_back(
      between(0, 365 * day_s,
              optional_number<double>(
                  "max_time", FieldKind::duration, "end the run in order after so long; 0: no bound",
                  [](auto& p) -> auto& { return p.max_time_s; })));
  all.push_back(between(
      0, 365 * day_s,
      plain<double>(
          "pass_time", FieldKind::duration,
          "a server too slow to do the iterations in so long has fewer in each round; 0: all, however long",
          [](auto& p) -> auto& { return p.pass_time_s; })));
  all.push_back(plain<bool>(
      "control", FieldKind::flag,
      "run the reference server beside the server under test, so that times and CPU are compared",
      [](auto& p) -> auto& { return p.control; }));
  all.push_back(plain<bool>(
      "until_conclusive", FieldKind::flag,
      "run more rounds, within max_time, while a check is inconclusive for want of them",
      [](auto& p) -> auto& { return p.until_conclusive; }));
  all.push_back(between(fixtures::db_csv_min_bytes, fixtures::db_csv_max_bytes,
                        plain<std::uint64_t>(
                            "db_csv_size", FieldKind::bytes, "size of db.csv",
                            [](auto& p) -> auto& { return p.db_csv_bytes; })));
  all.push_back(text_field(
      "reports_folder", "where the run's folder is made", "a folder",
      [](auto& p) -> auto& { return p.reports_folder; }, accept_folder));
  return all;
}

std::vector<Field> server_fields() {
  std::vector<Field> all;
  all.push_back(server_command());
  all.push_back(server_attach());
  all.push_back(server_model());
  all.push_back(
      between(0, 4'194'304,
              optional_number<std::uint64_t>(
                  "server.pid", FieldKind::count, "with attach: the process whose resources are measured",
                  [](auto& p) -> auto& { return p.server.pid; })));
  all.push_back(word_field(
      "server.dialect", "what the server speaks", dialect_names(),
      [](auto& p) -> auto& { return p.server.dialect; }));
  all.push_back(text_field(
      "server.user", "who logs in, of dialects with a login; empty: anonymous",
      "a name without control bytes", [](auto& p) -> auto& { return p.server.user; }, accept_credential));
  all.push_back(text_field(
      "server.password", "of the user; it is stored in the report, so take one that guards nothing",
      "a password without control bytes", [](auto& p) -> auto& { return p.server.password; },
      accept_credential));
  all.push_back(text_field(
      "server.ca_file",
      "of encrypted dialects: certificates (PEM) of whom to trust; empty: the system's authorities",
      "a file's path", [](auto& p) -> auto& { return p.server.ca_file; }, accept_path));
  all.push_back(between(0.1, 3'600,
                        plain<double>(
                            "server.ready_timeout", FieldKind::duration, "from its start until it listens",
                            [](auto& p) -> auto& { return p.server.ready_timeout_s; })));
  all.push_back(
      between(0.1, 3'600,
              plain<double>(
                  "server.stop_timeout", FieldKind::duration, "from SIGTERM to its end, then it is killed",
                  [](auto& p) -> auto& { return p.server.stop_timeout_s; })));
  all.push_back(between(
      1u << 10, 1ull << 30,
      plain<std::uint64_t>(
          "server.output_max", FieldKind::bytes, "kept of its standard output and of its standard error",
          [](auto& p) -> auto& { return p.server.output_max_bytes; })));
  all.push_back(between(
      1u << 20, 1ull << 40,
      plain<std::uint64_t>(
          "server.temporary_max", FieldKind::bytes, "that it may have in its TMPDIR, else the run is ended",
          [](auto& p) -> auto& { return p.server.temporary_max_bytes; })));
  all.push_back(between(
      16u << 20, 1ull << 40,
      plain<std::uint64_t>(
          "server.memory_max", FieldKind::bytes,
          "that its processes may hold together (at most three quarters of the machine's), else it is ended",
          [](auto& p) -> auto& { return p.server.memory_max_bytes; })));
  return all;
}

std::vector<Field> client_fields() {
  std::vector<Field> all;
  all.push_back(
      between(1, 1'024,
              plain<std::uint64_t>(
                  "clients.count", FieldKind::count, "client processes, each with one connection at a time",
                  [](auto& p) -> auto& { return p.clients.count; })));
  all.push_back(plain<bool>(
      "clients.lasting_connections", FieldKind::flag,
      "one connection for all of a client's transfers, else one for each",
      [](auto& p) -> auto& { return p.clients.lasting_connections; }));
  all.push_back(verify());
  all.push_back(between(0.01, day_s,
                        plain<double>(
                            "clients.transfer_deadline", FieldKind::duration, "for each transfer",
                            [](auto& p) -> auto& { return p.clients.transfer_deadline_s; })));
  all.push_back(between(
      1u << 20, 16ull << 30,
      plain<std::uint64_t>(
          "clients.arena", FieldKind::bytes, "memory of each client for copies that wait for verification",
          [](auto& p) -> auto& { return p.clients.arena_bytes; })));
  all.push_back(text_field(
      "clients.worker", "command of the client process; empty: our own bftp-worker", "a command",
      [](auto& p) -> auto& { return p.clients.worker_command; }, accept_worker));
  all.push_back(text_field(
      "clients.command",
      "an external client: a command with {host} {port} {remote} {local} {op} that makes one transfer; "
      "empty: our own bftp-worker",
      "a command such as \"python3 client.py {host} {port} {remote} {local}\"",
      [](auto& p) -> auto& { return p.clients.command; }, accept_client));
  return all;
}

std::vector<Field> make_fields() {
  auto all = run_fields();
  std::ranges::move(server_fields(), std::back_inserter(all));
  std::ranges::move(client_fields(), std::back_inserter(all));
  return all;
}

}  // namespace

std::span<const Field> fields() {
  static const std::vector<Field> all = make_fields();
  return all;
}

const Field* find_field(std::string_view key) {
  const auto found = std::ranges::find(fields(), key, &Field::key);
  return found == fields().end() ? nullptr : &*found;
}

std::vector<std::string> field_keys() {
  std::vector<std::string> keys;
  for (const auto& field : fields()) keys.emplace_back(field.key);
  return keys;
}

}  // namespace bftp::plan
