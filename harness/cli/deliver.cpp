#include <ostream>

#include "harness/cli/report_files.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/cli/terminal_style.hpp"
#include "harness/report/format.hpp"
#include "harness/report/terminal.hpp"

namespace bftp::cli {

int deliver(const report::RunReport& report, OutputKind output, Streams& streams) {
  const auto written = write_report_files(report, report.folder);
  switch (output) {
    case OutputKind::summary:
      streams.out << report::terminal_summary(report, style_for(streams));
      if (written) streams.out << "Report: " << report.folder << "/index.html\n";
      break;
    case OutputKind::quiet: {
      report::RunReport told = report;
      if (!written) told.folder.clear();  // nobody is sent to a page that is not there
      streams.out << report::one_line(told);
      break;
    }
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
