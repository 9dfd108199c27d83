#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

/// What `bftp-torture compare --fail-if` asks for.
namespace bftp::plan {

/// A figure that two servers are compared by.
struct CompareMetric {
  std::string_view name;                  ///< "throughput"; the stable word of tables and files
  std::vector<std::string_view> aliases;  ///< other names that a gate may use
  std::string_view unit;                  ///< of one server's value
  bool more_is_better = false;
  bool difference =
      false;               ///< compared as head - base in `unit`, since a value may be 0; else as head / base
  bool gates = true;       ///< false: shown, but no verdict and no gate can rest on it
  std::string_view about;  ///< one line for --help and the docs
};

/// In the order of the table.
std::span<const CompareMetric> compare_metrics();
const CompareMetric* find_compare_metric(std::string_view name_or_alias);  ///< nullptr if there is none

/// A condition that fails a comparison: `throughput<0.95`.
struct Gate {
  std::string metric;  ///< a CompareMetric's name, never an alias
  bool below = true;   ///< fails when the figure lies below the bound; false: above
  double bound = 1;    ///< head / base, or head - base where the metric is compared as a difference
  std::string text;    ///< as typed, blanks at the ends left out
  friend bool operator==(const Gate&, const Gate&) = default;
};

/// `METRIC OP NUMBER`: a metric's name or alias, `<` or `>`, a number; a bound for a ratio is above 0 and at
/// most 1000. Blanks may stand between the parts. Errors: invalid_input, with what is wrong and what would be
/// right.
protocol::Result<Gate> parse_gate(std::string_view text);

}  // namespace bftp::plan
