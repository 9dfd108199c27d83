#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <ostream>
#include <string>

#include "harness/cli/commands.hpp"
#include "harness/cli/one_of.hpp"
#include "harness/judge/check.hpp"
#include "harness/plan/phases.hpp"
#include "harness/plan/profiles.hpp"
#include "harness/plan/vocabulary.hpp"
#include "harness/torture/case.hpp"
#include "protocol/dialects.hpp"

namespace bftp::cli {
namespace {

int list_checks(std::ostream& out) {
  for (const judge::Check* check : judge::all_checks()) {
    out << fmt::format("{:<28} {}\n", check->id(), check->title());
    out << fmt::format("{:<28} {}\n", "", check->about());
    for (const judge::LimitSpec& limit : check->limits())
      out << fmt::format("{:<28}   {}.{}={} {}: {}\n", "", check->id(), limit.name, limit.standard,
                         limit.unit, limit.about);
  }
  return exit_pass;
}

int list_cases(std::ostream& out) {
  for (const torture::Case* one : torture::all_cases()) {
    out << fmt::format("{:<40} {}\n", one->id(), one->title());
    out << fmt::format("{:<40} {}\n", "", one->about());
    std::string dialects;
    for (const auto* speech : torture::all_speeches())
      if (one->applies_to(*speech)) dialects += fmt::format(" {}", speech->dialect());
    out << fmt::format("{:<40} suite {}; dialects:{}\n", "", fmt::join(one->suites(), ", "), dialects);
  }
  return exit_pass;
}

int list_profiles(std::ostream& out) {
  for (const plan::Profile& profile : plan::profiles())
    out << fmt::format("{:<10} {}\n", profile.name, profile.about);
  return exit_pass;
}

int list_phases(std::ostream& out) {
  for (const plan::Phase& phase : plan::phases) out << fmt::format("{:<13} {}\n", phase.name, phase.about);
  return exit_pass;
}

int list_dialects(std::ostream& out) {
  constexpr const char* row = "{:<8} {:<9} {:<8} {:<33} {:<14} {}\n";
  out << fmt::format(row, "dialect", "clause", "ops", "end of a file", "connection", "reference server");
  for (const protocol::DialectFacts& each : protocol::dialects())
    out << fmt::format(row, each.name, each.clause, each.has_put ? "get,put" : "get", each.end_marked,
                       each.can_last ? "one or lasting" : "one per file",
                       each.reference ? "speaks it" : "does not");
  return exit_pass;
}

}  // namespace

Action add_list_command(CLI::App& app) {
  auto topic = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("list", "List checks, cases, phases, profiles or dialects");
  command->add_option("TOPIC", *topic, "What to list")
      ->required()
      ->check(one_of({"checks", "cases", "phases", "profiles", "dialects"}));
  return [topic](Invocation& invocation) {
    if (*topic == "checks") return list_checks(invocation.streams.out);
    if (*topic == "cases") return list_cases(invocation.streams.out);
    if (*topic == "phases") return list_phases(invocation.streams.out);
    return *topic == "profiles" ? list_profiles(invocation.streams.out)
                                : list_dialects(invocation.streams.out);
  };
}

}  // namespace bftp::cli
