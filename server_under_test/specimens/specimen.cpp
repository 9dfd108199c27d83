#include "server_under_test/specimens/specimen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>
#include <tuple>

namespace bftp::server::specimens {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr Parameter seed_parameter{"seed", 1, 0, 1e15, "seeds what is random"};

/// Filled while the program starts, before main(), by one thread.
std::vector<Specimen>& registry() {
  static std::vector<Specimen> specimens;
  return specimens;
}

Error refuse(std::string message) {
  return Error{ErrorKind::invalid_input, std::move(message), 0};
}

std::vector<Parameter> parameters_of(const Specimen& specimen) {
  auto parameters = specimen.parameters;
  parameters.push_back(seed_parameter);
  return parameters;
}

std::string names_of(const std::vector<Parameter>& parameters) {
  std::string names;
  for (const auto& parameter : parameters) names += (names.empty() ? "" : ", ") + std::string(parameter.name);
  return names;
}

std::optional<double> to_number(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Result<void> set_value(std::string_view pair, const std::vector<Parameter>& parameters,
                       std::map<std::string, double, std::less<>>& values) {
  const auto equals = pair.find('=');
  const auto name = pair.substr(0, equals);
  const auto known = std::ranges::find(parameters, name, &Parameter::name);
  if (equals == std::string_view::npos || known == parameters.end())
    return refuse(
        fmt::format("\"{}\" sets nothing; right are NAME=NUMBER with {}", pair, names_of(parameters)));
  const auto value = to_number(pair.substr(equals + 1));
  if (!value || !(*value >= known->min && *value <= known->max))
    return refuse(
        fmt::format("{} is a number from {} to {} ({})", known->name, known->min, known->max, known->about));
  values[std::string(name)] = *value;
  return {};
}

}  // namespace

double Settings::number(std::string_view name) const {
  const auto found = values_.find(name);
  assert(found != values_.end() && "a specimen reads only the parameters that it declares");
  return found->second;
}

Registered::Registered(Specimen specimen) {
  registry().push_back(std::move(specimen));
}

const std::vector<Specimen>& all_specimens() {
  static const std::vector<Specimen> sorted = [] {
    auto specimens = registry();
    std::ranges::sort(specimens, {}, [](const Specimen& one) {
      return std::tuple(one.category == "healthy", one.category, one.id);
    });
    return specimens;
  }();
  return sorted;
}

const Specimen* find_specimen(std::string_view id) {
  const auto& all = all_specimens();
  const auto found = std::ranges::find(all, id, &Specimen::id);
  return found == all.end() ? nullptr : &*found;
}

Result<Choice> parse_fault(std::string_view text) {
  const auto colon = text.find(':');
  const auto* specimen = find_specimen(text.substr(0, colon));
  if (specimen == nullptr)
    return refuse(fmt::format("there is no specimen \"{}\"; --list shows them", text.substr(0, colon)));
  const auto parameters = parameters_of(*specimen);
  std::map<std::string, double, std::less<>> values;
  for (const auto& parameter : parameters) values[std::string(parameter.name)] = parameter.standard;
  while (!text.empty() && text.find_first_of(":,") != std::string_view::npos) {
    text.remove_prefix(text.find_first_of(":,") + 1);
    if (auto done = set_value(text.substr(0, text.find(',')), parameters, values); !done) return done.error();
  }
  return Choice{specimen, Settings(std::move(values))};
}

std::string list_specimens() {
  std::string list;
  for (const auto& specimen : all_specimens()) {
    std::string parameters;
    for (const auto& parameter : specimen.parameters)
      parameters += fmt::format("{}{}={}", parameters.empty() ? "" : ",", parameter.name, parameter.standard);
    list += fmt::format("{}\t{}\t{}\t{}\n", specimen.id, specimen.category,
                        parameters.empty() ? "-" : parameters, specimen.about);
  }
  return list;
}

}  // namespace bftp::server::specimens
