#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>

#include "harness/cli/report_files.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/report/format.hpp"
#include "harness/report/terminal.hpp"

namespace bftp::cli {
namespace {

bool says_utf8(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return false;
  const std::string_view text(value);
  return text.find("UTF-8") != std::string_view::npos || text.find("utf8") != std::string_view::npos;
}

report::TerminalStyle style_for(const Streams& streams) {
  report::TerminalStyle style;
  style.colour = streams.out_is_terminal && std::getenv("NO_COLOR") == nullptr;
  style.unicode = says_utf8("LC_ALL") || says_utf8("LC_CTYPE") || says_utf8("LANG");
  style.width = 100;  // of a log that nobody wraps
  winsize size{};
  constexpr unsigned narrowest = 40;
  constexpr unsigned widest = 120;
  if (streams.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = std::clamp(unsigned{size.ws_col}, narrowest, widest);
  return style;
}

}  // namespace

int deliver(const report::RunReport& report, OutputKind output, Streams& streams) {
  const auto written = write_report_files(report, report.folder);
  switch (output) {
    case OutputKind::summary:
      streams.out << report::terminal_summary(report, style_for(streams));
      if (written) streams.out << "Report: " << report.folder << "/index.html\n";
      break;
    case OutputKind::quiet:
      streams.out << report::one_line(report);
      break;
    case OutputKind::json:
      streams.out << report::find_format("json")->render(report);
      break;
  }
  streams.out.flush();
  if (written) return report.exit_code;
  streams.err << "bftp-torture: the report is incomplete: " << written.error().message << "\n";
  return exit_harness_failed;
}

}  // namespace bftp::cli
