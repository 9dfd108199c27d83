#include "harness/cli/suggestions.hpp"

#include <fmt/format.h>

#include "harness/plan/suggest.hpp"

namespace bftp::cli {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands({})) names.push_back(subcommand->get_name());
  return names;
}

const CLI::App* chosen_by(const CLI::App& app, const std::vector<std::string>& arguments) {
  for (const CLI::App* subcommand : app.get_subcommands({}))
    if (!arguments.empty() && subcommand->get_name() == arguments.front()) return subcommand;
  return &app;
}

std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& known) {
  const auto nearest = plan::nearest(wrong, known);
  return nearest ? fmt::format("Did you mean {}?\n", *nearest) : std::string{};
}

std::string unknown_word_hint(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* chosen = chosen_by(app, arguments);
  if (chosen == &app && !arguments.empty() && !arguments.front().starts_with('-'))
    return did_you_mean(arguments.front(), subcommand_names(app));
  const std::vector<std::string> known = option_names(*chosen);
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--") && std::find(known.begin(), known.end(), name) == known.end())
      return did_you_mean(name, known);
  }
  return {};
}

}  // namespace

std::string suggestion_for(const CLI::App& app, const std::vector<std::string>& arguments) {
  const CLI::App* chosen = chosen_by(app, arguments);
  const std::string whose = chosen == &app ? "" : " " + chosen->get_name();
  return unknown_word_hint(app, arguments) + fmt::format("See: bftp-torture{} --help\n", whose);
}

}  // namespace bftp::cli
