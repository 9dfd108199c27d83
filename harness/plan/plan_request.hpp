#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bftp::plan {

/// What the user typed on the command line, as text and not yet checked: the command-line layer only fills
/// this in, so that one place checks and words every complaint. An empty optional means "not given". Each
/// field overrides the plan file's value, which overrides the profile's.
struct PlanRequest {
  std::optional<std::string> plan_file;         ///< --plan FILE
  std::optional<std::string> profile;           ///< --profile
  std::optional<std::string> name;              ///< --name
  std::optional<std::string> seed;              ///< --seed
  std::optional<std::string> suites;            ///< --suite a,b
  std::optional<std::string> only;              ///< --only case,case
  std::optional<std::string> phases;            ///< --phases idle,aborts
  std::optional<std::string> iterations;        ///< --iterations
  std::optional<std::string> rounds;            ///< --rounds
  std::optional<std::string> fixtures;          ///< --fixtures a,b (names or sets)
  std::optional<std::string> ops;               ///< --ops get,put
  std::optional<std::string> rate;              ///< --rate, transfers per second
  std::optional<std::string> max_time;          ///< --max-time 2m
  std::optional<std::string> db_csv_size;       ///< --db-size 64MiB
  std::optional<std::string> large_iterations;  ///< --large-iterations
  std::optional<std::string> sample_rate;       ///< --sample-rate, per second
  std::optional<std::string> idle;              ///< --idle 2s
  std::optional<std::string> rest;              ///< --rest 10.5s
  std::optional<std::string> stall;             ///< --stall 2s
  std::optional<std::string> settle;            ///< --settle 5s
  std::optional<std::string> reports_folder;    ///< --out
  std::optional<std::string> control;           ///< --control true|false; --no-control
  std::optional<std::string> until_conclusive;  ///< --until-conclusive [true|false]

  std::optional<std::string> server;         ///< --server CMD
  std::optional<std::string> attach;         ///< --attach HOST:PORT
  std::optional<std::string> pid;            ///< --pid
  std::optional<std::string> model;          ///< --model
  std::optional<std::string> dialect;        ///< --dialect
  std::optional<std::string> user;           ///< --user
  std::optional<std::string> password;       ///< --password
  std::optional<std::string> ca_file;        ///< --ca-file
  std::optional<std::string> ready_timeout;  ///< --ready-timeout 20s
  std::optional<std::string> stop_timeout;   ///< --stop-timeout 5s

  std::optional<std::string> clients;              ///< --clients
  std::optional<std::string> lasting_connections;  ///< --lasting-connections [true|false]
  std::optional<std::string> verify;               ///< --verify sha256|bytes|none
  std::optional<std::string> transfer_deadline;    ///< --transfer-deadline 30s
  std::optional<std::string> arena;                ///< --arena 32MiB
  std::optional<std::string> worker;               ///< --worker CMD
  std::optional<std::string> client;               ///< --client CMD
  std::optional<std::string> server_behaviours;    ///< --server-behaviour short,long

  std::vector<std::string> limits;   ///< --limit CHECK.NAME=NUMBER, any number of times
  std::vector<std::string> waivers;  ///< --waive ID=REASON, any number of times
};

/// What make_plan() cannot know by itself, and what makes it testable.
struct PlanContext {
  std::uint64_t random_seed = 1;  ///< used when nobody gives a seed; from the system's randomness
  /// Command template that starts the reference server, without --model; "" leaves ServerSpec::command empty.
  std::string reference_command;
  std::string command_line;  ///< for Plan::command_line
  /// Checks and the names of their limits. Empty: limits are not checked against it.
  std::map<std::string, std::vector<std::string>> known_limits;
  std::vector<std::string> known_checks;  ///< ids. Empty: those of waivers are not checked
  std::vector<std::string> known_cases;   ///< ids of torture cases. Empty: ids of cases are not checked
};

}  // namespace bftp::plan
