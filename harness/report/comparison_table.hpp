#pragma once

#include <string>
#include <vector>

#include "harness/record/run_record.hpp"

namespace bftp::report {

/// One line of the table for a terminal, and whether it stands for something good or bad.
struct TableLine {
  enum class Tone { plain, heading, better, worse, unclear };
  std::string text;  ///< already harmless for a terminal; may hold characters outside ASCII
  Tone tone = Tone::plain;
};

/// The comparison as a table of at most `width` columns (70 at the least), each line without its end.
std::vector<TableLine> comparison_table(const record::RunRecord& record, std::size_t width);

}  // namespace bftp::report
