#include "harness/plan/request_settings.hpp"

#include <array>

#include "harness/plan/refusal.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

struct Option {
  std::optional<std::string> PlanRequest::*value;
  const char* key;
  const char* option;
};

constexpr auto options = std::to_array<Option>({
    {&PlanRequest::name, "name", "--name"},
    {&PlanRequest::seed, "seed", "--seed"},
    {&PlanRequest::suites, "suites", "--suite"},
    {&PlanRequest::only, "only", "--only"},
    {&PlanRequest::phases, "phases", "--phases"},
    {&PlanRequest::iterations, "iterations", "--iterations"},
    {&PlanRequest::large_iterations, "large_iterations", "--large-iterations"},
    {&PlanRequest::rounds, "rounds", "--rounds"},
    {&PlanRequest::fixtures, "fixtures", "--fixtures"},
    {&PlanRequest::ops, "ops", "--ops"},
    {&PlanRequest::rate, "rate", "--rate"},
    {&PlanRequest::max_time, "max_time", "--max-time"},
    {&PlanRequest::db_csv_size, "db_csv_size", "--db-size"},
    {&PlanRequest::sample_rate, "sample_rate", "--sample-rate"},
    {&PlanRequest::idle, "idle", "--idle"},
    {&PlanRequest::rest, "rest", "--rest"},
    {&PlanRequest::stall, "stall", "--stall"},
    {&PlanRequest::settle, "settle", "--settle"},
    {&PlanRequest::reports_folder, "reports_folder", "--out"},
    {&PlanRequest::control, "control", "--control"},
    {&PlanRequest::until_conclusive, "until_conclusive", "--until-conclusive"},
    {&PlanRequest::server, "server.command", "--server"},
    {&PlanRequest::attach, "server.attach", "--attach"},
    {&PlanRequest::pid, "server.pid", "--pid"},
    {&PlanRequest::model, "server.model", "--model"},
    {&PlanRequest::dialect, "server.dialect", "--dialect"},
    {&PlanRequest::user, "server.user", "--user"},
    {&PlanRequest::password, "server.password", "--password"},
    {&PlanRequest::ca_file, "server.ca_file", "--ca-file"},
    {&PlanRequest::ready_timeout, "server.ready_timeout", "--ready-timeout"},
    {&PlanRequest::stop_timeout, "server.stop_timeout", "--stop-timeout"},
    {&PlanRequest::clients, "clients.count", "--clients"},
    {&PlanRequest::lasting_connections, "clients.lasting_connections", "--lasting-connections"},
    {&PlanRequest::verify, "clients.verify", "--verify"},
    {&PlanRequest::transfer_deadline, "clients.transfer_deadline", "--transfer-deadline"},
    {&PlanRequest::arena, "clients.arena", "--arena"},
    {&PlanRequest::worker, "clients.worker", "--worker"},
    {&PlanRequest::client, "clients.command", "--client"},
    {&PlanRequest::server_behaviours, "server_behaviours", "--server-behaviour"},
});

Result<Setting> limit_setting(const std::string& text) {
  const auto equals = text.find('=');
  const auto dot = text.substr(0, equals).rfind('.');
  if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 == equals)
    return Error{
        ErrorKind::invalid_input,
        "--limit: \"" + text.substr(0, 80) +
            "\" is no limit; right is CHECK.NAME=NUMBER, such as uniformity.tail.p99_over_p50_max=20",
        0};
  return Setting{"limits." + text.substr(0, equals), Typed{text.substr(equals + 1)},
                 "--limit " + text.substr(0, equals)};
}

Result<Setting> waiver_setting(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return refuse("--waive: " + in_quotes(text) +
                  " is no waiver; right is ID=REASON, such as cpu.cost='slow hash, issue 12'");
  return Setting{"waivers." + text.substr(0, equals), Typed{text.substr(equals + 1)},
                 "--waive " + text.substr(0, equals)};
}

}  // namespace

Result<Settings> settings_of(const PlanRequest& request) {
  Settings settings;
  for (const auto& option : options) {
    if (const auto& value = request.*option.value)
      settings.push_back({option.key, Typed{*value}, option.option});
  }
  for (const auto& text : request.limits) {
    auto setting = limit_setting(text);
    if (!setting) return setting.error();
    settings.push_back(std::move(*setting));
  }
  for (const auto& text : request.waivers) {
    auto waiver = waiver_setting(text);
    if (!waiver) return waiver.error();
    settings.push_back(std::move(*waiver));
  }
  return settings;
}

}  // namespace bftp::plan
