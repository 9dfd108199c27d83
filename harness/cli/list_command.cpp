#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "harness/cli/commands.hpp"
#include "harness/judge/check.hpp"
#include "harness/plan/profiles.hpp"
#include "harness/plan/vocabulary.hpp"

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

int list_profiles(std::ostream& out) {
  for (const plan::Profile& profile : plan::profiles())
    out << fmt::format("{:<10} {}\n", profile.name, profile.about);
  return exit_pass;
}

int list_words(std::ostream& out, const std::vector<std::string>& words) {
  for (const std::string& word : words) out << word << "\n";
  return exit_pass;
}

}  // namespace

Action add_list_command(CLI::App& app) {
  auto topic = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("list", "List checks, profiles or dialects");
  command->add_option("TOPIC", *topic, "What to list")
      ->required()
      ->check(CLI::IsMember({"checks", "profiles", "dialects"}));
  return [topic](Invocation& invocation) {
    if (*topic == "checks") return list_checks(invocation.streams.out);
    return *topic == "profiles" ? list_profiles(invocation.streams.out)
                                : list_words(invocation.streams.out, plan::dialect_names());
  };
}

}  // namespace bftp::cli
