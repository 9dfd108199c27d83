#include "harness/plan/make_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "fixtures/manifest.hpp"
#include "harness/plan/client_command.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/plan/fields.hpp"
#include "harness/plan/lines.hpp"
#include "harness/plan/only_cases.hpp"
#include "harness/plan/phases.hpp"
#include "harness/plan/plan_file.hpp"
#include "harness/plan/profiles.hpp"
#include "harness/plan/refusal.hpp"
#include "harness/plan/request_settings.hpp"
#include "harness/plan/suggest.hpp"
#include "harness/plan/tables.hpp"
#include "harness/plan/units.hpp"
#include "harness/plan/vocabulary.hpp"
#include "protocol/dialects.hpp"

namespace bftp::plan {
namespace {

using protocol::Result;

/// Where each key was set last; what is not in it comes from the profile.
using Origins = std::map<std::string, std::string, std::less<>>;

std::optional<std::string> origin_of(const Origins& origins, std::string_view key) {
  const auto found = origins.find(key);
  return found == origins.end() ? std::nullopt : std::optional(found->second);
}

Result<void> apply(Plan& plan, const Settings& settings, const PlanContext& context, Origins& origins) {
  for (const auto& setting : settings) {
    if (is_empty_table(setting)) {
      if (auto known = check_empty_table(setting, context); !known) return known;
      continue;
    }
    if (is_line(setting)) {
      if (auto done = apply_line(plan, setting, context); !done) return done;
      continue;
    }
    const auto field = field_of(setting);
    if (!field) return field.error();
    const auto checked = check(**field, setting);
    if (!checked) return checked.error();
    (*field)->set(plan, *checked);
    origins.insert_or_assign(setting.key, setting.where);
  }
  return {};
}

/// Within one layer nobody can mean both.
Result<void> refuse_two_servers(const Settings& settings) {
  const auto find = [&](std::string_view key) {
    return std::ranges::find(settings, key, &Setting::key);
  };
  const auto command = find("server.command"), attach = find("server.attach");
  if (command == settings.end() || attach == settings.end()) return {};
  return refuse(attach->where + ": a server is either started or attached to; " + command->where +
                " says how to start one, so leave out one of the two");
}

Result<Plan> profile_plan(const PlanRequest& request, const Settings& file) {
  auto chosen = Setting{"profile", Typed{"standard"}, "profile"};
  if (const auto in_file = std::ranges::find(file, "profile", &Setting::key); in_file != file.end())
    chosen = *in_file;
  if (request.profile) chosen = {"profile", Typed{*request.profile}, "--profile"};
  const auto name = check(*find_field("profile"), chosen);
  if (!name) return name.error();
  return plan_from(*find_profile(std::get<std::string>(*name)));
}

/// Where the number of iterations comes from, if somebody gave it.
std::string given_by(const Origins& origins) {
  const auto origin = origin_of(origins, "iterations");
  return origin ? " (" + *origin + ")" : "";
}

/// Large files keep the profile's share of the iterations, unless somebody gave their number. Who gives the
/// number of iterations means it, however slow the server is.
Result<void> settle_iterations(Plan& plan, const Origins& origins) {
  if (origin_of(origins, "iterations") && !origin_of(origins, "pass_time")) plan.pass_time_s = 0;
  const auto* profile = find_profile(plan.profile);
  if (!origin_of(origins, "large_iterations")) {
    const auto share = static_cast<double>(profile->large_iterations) / profile->iterations;
    plan.large_iterations = std::max(1u, static_cast<std::uint32_t>(std::ceil(plan.iterations * share)));
  }
  const auto bounded = [&](std::string_view key, std::uint32_t& value) -> Result<void> {
    if (value <= plan.iterations) return {};
    if (const auto origin = origin_of(origins, key))
      return refuse(*origin + ": " + std::string(key) + " cannot exceed the " +
                    std::to_string(plan.iterations) + " iterations" + given_by(origins));
    value = plan.iterations;
    return {};
  };
  if (auto done = bounded("large_iterations", plan.large_iterations); !done) return done;
  return bounded("rounds", plan.rounds);
}

Result<void> settle_server(Plan& plan, const PlanContext& context, const Origins& origins) {
  auto& server = plan.server;
  if (server.kind != ServerKind::reference && !server.model.empty())
    return refuse(
        origin_of(origins, "server.model").value_or("server.model") +
        ": only the reference server has models; leave it out, or leave out the server's command or address");
  if (server.kind != ServerKind::attached && server.pid)
    return refuse(origin_of(origins, "server.pid").value_or("server.pid") +
                  ": a process is named only together with --attach; of a server that we start we know it");
  if (server.kind == ServerKind::reference && !context.reference_command.empty())
    server.command = context.reference_command + (server.model.empty() ? "" : " --model " + server.model) +
                     (server.dialect == "bftp" ? "" : " --dialect " + server.dialect);
  if (server.command.empty()) return {};
  auto argv = parse_command(server.command, server_placeholders());
  if (!argv) return argv.error();
  server.argv_template = std::move(*argv);
  return {};
}

/// What the dialect does not have is left out, unless somebody asked for it.
Result<void> settle_dialect(Plan& plan, const Origins& origins) {
  const auto& name = plan.server.dialect;
  const auto& facts = *protocol::find_dialect_facts(name);
  const bool puts = std::ranges::find(plan.ops, protocol::Op::put) != plan.ops.end();
  if (puts && !facts.has_put) {
    if (const auto origin = origin_of(origins, "ops"))
      return refuse(*origin + ": the dialect " + name + " has no PUT (clause " + std::string(facts.clause) +
                    "); right is get");
    std::erase(plan.ops, protocol::Op::put);
  }
  if (plan.clients.lasting_connections && !facts.can_last)
    return refuse(origin_of(origins, "clients.lasting_connections").value_or("clients.lasting_connections") +
                  ": a connection of the dialect " + name + " serves one file only (clause " +
                  std::string(facts.clause) + "); leave it out");
  if (!plan.server.ca_file.empty() && !facts.encrypted)
    return refuse(origin_of(origins, "server.ca_file").value_or("server.ca_file") + ": the dialect " + name +
                  " is not encrypted, so there is no certificate to verify; right is --dialect https, or "
                  "leave it out");
  if (plan.server.kind == ServerKind::reference && !facts.reference)
    return refuse(origin_of(origins, "server.dialect").value_or("server.dialect") +
                  ": the reference server does not speak " + name +
                  "; say with --server how to start one that does");
  return {};
}

/// What the suite `client` tries: what was asked for, else everything when the suite was named, or when all
/// suites run and there is a client to judge.
Result<void> settle_behaviours(Plan& plan, const Origins& origins) {
  const auto has = [&](std::string_view suite) {
    return std::ranges::find(plan.suites, suite) != plan.suites.end();
  };
  if (!plan.server_behaviours.empty()) {
    if (!origin_of(origins, "suites")) plan.suites = {"client"};
  } else if (has("client") || (has("all") && !plan.clients.command.empty())) {
    plan.server_behaviours = behaviour_names();
  }
  const bool only_client = plan.suites == std::vector<std::string>{"client"};
  if (only_client && plan.server.kind != ServerKind::reference)
    return refuse(
        origin_of(origins, "server.command")
            .value_or(origin_of(origins, "server.attach").value_or("--server")) +
        ": in the suite client the reference server misbehaves towards the client, and nobody would talk to "
        "yours; leave it out, or add the suite transfer (--suite transfer,client)");
  return {};
}

Result<void> settle_client(Plan& plan, const Origins& origins) {
  auto& clients = plan.clients;
  clients.argv_template.clear();
  if (clients.command.empty()) return {};
  auto argv = parse_client_command(clients.command);
  if (!argv) return argv.error();
  clients.argv_template = std::move(*argv);
  if (clients.lasting_connections && origin_of(origins, "clients.lasting_connections"))
    return refuse(*origin_of(origins, "clients.lasting_connections") +
                  ": an external client makes one transfer and ends, so there is no lasting connection");
  const bool puts = std::ranges::find(plan.ops, protocol::Op::put) != plan.ops.end();
  if (!puts || mentions(clients.argv_template, "op")) return {};
  if (const auto origin = origin_of(origins, "ops"))
    return refuse(
        *origin +
        ": the client's command has no {op}, which becomes \"get\" or \"put\", so it cannot be told "
        "to PUT; add {op} to the command, or leave put out");
  plan.ops = {protocol::Op::get};
  return {};
}

/// In an open loop each client waits for its turn, and none waits for days.
Result<void> settle_rate(const Plan& plan, const Origins& origins) {
  constexpr double wait_max_s = 86'400;
  if (!plan.rate_per_s || *plan.rate_per_s == 0) return {};
  const double rate_min = plan.clients.count / wait_max_s;
  if (*plan.rate_per_s >= rate_min) return {};
  return refuse(
      fmt::format("{}: with {:g} transfers a second each of {} clients would begin one in {:.3g} s; right is "
                  "0 for a closed loop, or {:.2g} and more",
                  origin_of(origins, "rate").value_or("rate"), *plan.rate_per_s, plan.clients.count,
                  plan.clients.count / *plan.rate_per_s, rate_min));
}

Result<void> settle_fixtures(Plan& plan) {
  auto names = fixtures::expand_names(plan.fixtures);
  if (!names) return names.error();
  plan.fixtures = std::move(*names);
  return {};
}

constexpr std::uint64_t seed_mask = (1ull << 63) - 1;  // TOML's integers end there

}  // namespace

Result<Plan> make_plan_from_text(std::string_view toml, const std::string& file, const PlanRequest& request,
                                 const PlanContext& context) {
  const auto from_file = parse_plan_file(toml, file);
  if (!from_file) return from_file.error();
  const auto from_request = settings_of(request);
  if (!from_request) return from_request.error();
  auto plan = profile_plan(request, *from_file);
  if (!plan) return plan;
  const auto profile = plan->profile;
  plan->seed = context.random_seed & seed_mask;
  plan->command_line = context.command_line;
  Origins origins;
  for (const auto* layer : {&*from_file, &*from_request}) {
    if (auto right = refuse_two_servers(*layer); !right) return right.error();
    if (auto done = apply(*plan, *layer, context, origins); !done) return done.error();
  }
  plan->profile = profile;  // the command line's choice, where the file made another
  if (auto done = settle_iterations(*plan, origins); !done) return done.error();
  if (auto done = settle_dialect(*plan, origins); !done) return done.error();
  if (auto done = settle_server(*plan, context, origins); !done) return done.error();
  if (auto done = settle_client(*plan, origins); !done) return done.error();
  if (auto done = settle_rate(*plan, origins); !done) return done.error();
  const auto only_origin = origin_of(origins, "only").value_or("only");
  if (auto done = check_only(*plan, context, only_origin); !done) return done.error();
  if (auto done = check_phases(*plan, origin_of(origins, "phases").value_or("phases")); !done)
    return done.error();
  if (auto done = settle_behaviours(*plan, origins); !done) return done.error();
  if (auto done = settle_fixtures(*plan); !done) return done.error();
  return plan;
}

Result<Plan> make_plan(const PlanRequest& request, const PlanContext& context) {
  if (!request.plan_file) return make_plan_from_text("", "", request, context);
  const auto text = read_plan_file(*request.plan_file);
  if (!text) return text.error();
  return make_plan_from_text(*text, *request.plan_file, request, context);
}

}  // namespace bftp::plan
