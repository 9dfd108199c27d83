#pragma once

#include <string>

#include "harness/report/run_report.hpp"

namespace bftp::report {

struct TerminalStyle {
  unsigned width = 80;  ///< columns; 40 at the least
  bool colour =
      false;  ///< ANSI colours; the caller knows whether a terminal reads this, and whether NO_COLOR is set
  bool unicode = true;  ///< symbols and rules outside ASCII; the caller knows the locale
};

/// The run for a person at a terminal: the verdict, a table of the checks, then every failure explained with
/// the command to see it again. Ends with a line end. Control characters in a server's words are shown
/// escaped. Where the files are is for the caller to say, who knows whether they could be written.
std::string terminal_summary(const RunReport& report, const TerminalStyle& style = {});

/// The run in one line (with its line end), for --quiet: verdict, counts, the first failed check, where the
/// report is.
std::string one_line(const RunReport& report);

}  // namespace bftp::report
