#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"
#include "server_under_test/run_server.hpp"

/// Servers with one known fault each, and healthy ones that are easy to fail by mistake. README.md beside
/// this file.
namespace bftp::server::specimens {

/// A number that the user may give after the fault's name.
struct Parameter {
  std::string_view name;
  double standard = 0;
  double min = 0, max = 0;  ///< both included
  std::string_view about;   ///< with the unit
};

/// The chosen fault's numbers, each parameter with a value, and `seed`.
class Settings {
 public:
  explicit Settings(std::map<std::string, double, std::less<>> values) : values_(std::move(values)) {}
  double number(std::string_view name) const;
  std::uint64_t count(std::string_view name) const { return static_cast<std::uint64_t>(number(name)); }
  std::uint64_t seed() const { return count("seed"); }

 private:
  std::map<std::string, double, std::less<>> values_;
};

/// What a specimen is made from. Outlives it.
struct Setup {
  Settings settings;
  Options options;
};

using MakeService = std::unique_ptr<Service> (*)(std::unique_ptr<Service> inner, const Setup& setup);
using MakeLifecycle = std::unique_ptr<Lifecycle> (*)(const Setup& setup);

/// One fault or oddity. `category` is the word that the harness's verdict should carry, or "healthy".
struct Specimen {
  std::string_view id;
  std::string_view category;
  std::string_view about;
  std::vector<Parameter> parameters;
  MakeService make_service = nullptr;      ///< null: the reference service as it is
  MakeLifecycle make_lifecycle = nullptr;  ///< null: the reference lifecycle
  std::string_view model = "thread";       ///< unless the user names another
};

/// All of them, by category and id.
const std::vector<Specimen>& all_specimens();
const Specimen* find_specimen(std::string_view id);  ///< nullptr if there is none

/// A file-scope constant of this type registers the specimen; a file touches nothing but itself.
class Registered {
 public:
  explicit Registered(Specimen specimen);
};

/// For Specimen::make_service: T's constructor takes the inner service and the setup.
template <class T>
std::unique_ptr<Service> make_service(std::unique_ptr<Service> inner, const Setup& setup) {
  return std::make_unique<T>(std::move(inner), setup);
}
template <class T>
std::unique_ptr<Lifecycle> make_lifecycle(const Setup& setup) {
  return std::make_unique<T>(setup);
}

/// What `--fault` was given: "corrupt_byte:p=0.01,seed=7".
struct Choice {
  const Specimen* specimen = nullptr;
  Settings settings;
};
/// Errors: invalid_input, with what would be right.
protocol::Result<Choice> parse_fault(std::string_view text);

/// A line for each specimen: id, category, parameters with their defaults, what it does; parted by tabs.
std::string list_specimens();

}  // namespace bftp::server::specimens
