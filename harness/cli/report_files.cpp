#include "harness/cli/report_files.hpp"

#include "harness/report/format.hpp"
#include "protocol/files.hpp"

namespace bftp::cli {

protocol::Result<void> write_report_files(const report::RunReport& report, const std::string& folder) {
  protocol::Result<void> first_problem;
  for (const report::Format& format : report::all_formats()) {
    if (format.applies != nullptr && !format.applies(report)) continue;
    auto written = protocol::write_whole(folder + "/" + std::string(format.file_name), format.render(report));
    if (!written && first_problem) first_problem = std::move(written);
  }
  return first_problem;
}

}  // namespace bftp::cli
