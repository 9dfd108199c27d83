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

const CLI::App* subcommand_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* subcommand : app.get_subcommands({}))
    if (subcommand->get_name() == name) return subcommand;
  return nullptr;
}

/// How far the words lead: to a subcommand, or to one of its own. A word that leads nowhere is kept.
struct Path {
  const CLI::App* last = nullptr;
  std::string names;  ///< with a blank before each
  std::string wrong;  ///< the first word at which a subcommand was due and none has that name
};

bool takes_a_value(const CLI::App& app, const std::string& argument) {
  const CLI::Option* option = app.get_option_no_throw(argument);
  return option != nullptr && option->get_expected_min() > 0;
}

Path path_of(const CLI::App& app, const std::vector<std::string>& arguments) {
  Path path{&app, {}, {}};
  for (std::size_t at = 0; at < arguments.size() && !subcommand_names(*path.last).empty(); ++at) {
    const std::string& argument = arguments[at];
    if (argument.starts_with('-')) {
      if (takes_a_value(*path.last, argument)) ++at;
      continue;
    }
    const auto* next = subcommand_named(*path.last, argument);
    if (next == nullptr) {
      path.wrong = argument;
      return path;
    }
    path.last = next;
    path.names += " " + argument;
  }
  return path;
}

std::string did_you_mean(const std::string& wrong, const std::vector<std::string>& known) {
  const auto nearest = plan::nearest(wrong, known);
  return nearest ? fmt::format("Did you mean {}?\n", *nearest) : std::string{};
}

std::string unknown_word_hint(const Path& path, const std::vector<std::string>& arguments) {
  if (!path.wrong.empty()) return did_you_mean(path.wrong, subcommand_names(*path.last));
  const std::vector<std::string> known = option_names(*path.last);
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--") && std::find(known.begin(), known.end(), name) == known.end())
      return did_you_mean(name, known);
  }
  return {};
}

}  // namespace

std::string suggestion_for(const CLI::App& app, const std::vector<std::string>& arguments) {
  const Path path = path_of(app, arguments);
  return unknown_word_hint(path, arguments) + fmt::format("See: bftp-torture{} --help\n", path.names);
}

}  // namespace bftp::cli
