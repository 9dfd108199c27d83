#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

/// One table of everything that a plan can say: it drives reading, checking, writing and the docs.
namespace bftp::plan {

enum class FieldKind : std::uint8_t {
  text,      ///< a string
  word,      ///< one of `words`
  words,     ///< a list, each one of `words` if there are any; on the command line parted by commas
  flag,      ///< true, false
  count,     ///< a whole number
  number,    ///< a number
  bytes,     ///< "64MiB", or a whole number
  duration,  ///< "30s", or a number of seconds
};

/// A value that passed the field's own checks. A duration is in seconds.
using Checked = std::variant<std::string, std::vector<std::string>, bool, std::uint64_t, double>;

struct Field {
  std::string_view key;
  FieldKind kind = FieldKind::text;
  double min = 0, max = 0;  ///< both included; of count, number, bytes, duration
  std::vector<std::string> words;
  std::string_view about;  ///< one line for the docs
  std::string_view right;  ///< of text: what it should be, for messages
  /// Of text: more than its type can say. Errors: invalid_input, without place and key.
  std::function<protocol::Result<void>(const std::string&)> accepts;
  std::function<void(Plan&, const Checked&)> set;
  /// Nothing: the plan says nothing of it, and to_toml() leaves it out.
  std::function<std::optional<Checked>(const Plan&)> get;
};

/// In the order of docs/plan-files.md: first those without a table, then [server], then [clients].
std::span<const Field> fields();
const Field* find_field(std::string_view key);  ///< nullptr if there is none
std::vector<std::string> field_keys();
/// The field that a setting means. Errors: invalid_input, with the nearest key.
protocol::Result<const Field*> field_of(const Setting& setting);

/// "a whole number from 1 to 1024", for messages and docs.
std::string describe(const Field& field);

/// Checks type, unit and range. Errors: invalid_input: "<where>: <key>: …".
protocol::Result<Checked> check(const Field& field, const Setting& setting);

}  // namespace bftp::plan
