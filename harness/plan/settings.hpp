#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What plan files and command lines have in common: keys with values, and where each came from.
namespace bftp::plan {

/// Typed on the command line: the field decides what it means.
struct Typed {
  std::string text;
};

/// A table of a plan file that has no keys.
struct EmptyTable {};

/// Typed, or as TOML has it.
using Value =
    std::variant<Typed, EmptyTable, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// The text of a value that is one, typed or not; else null. It lives as long as the value.
inline const std::string* text_of(const Value& value) {
  if (const auto* typed = std::get_if<Typed>(&value)) return &typed->text;
  return std::get_if<std::string>(&value);
}

/// One override.
struct Setting {
  std::string key;  ///< "clients.count", or "limits." + check + "." + name, "waivers." + id
  Value value;
  std::string where;  ///< for messages: "--clients", "plan.toml:12"
};

/// In the order written.
using Settings = std::vector<Setting>;

}  // namespace bftp::plan
