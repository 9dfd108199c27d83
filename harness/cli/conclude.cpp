#include "harness/cli/conclude.hpp"

#include <unistd.h>

#include <ostream>

#include "harness/judge/check.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/format.hpp"

namespace bftp::cli {

using record::RunState;

void note_harness_use(measure::HostProbe& host, std::optional<double> sampler_cpu_s,
                      record::RunRecord& record) {
  const int self = static_cast<int>(::getpid());
  record.harness.orchestrator_cpu_s = host.process_cpu_s(self);
  record.harness.orchestrator_rss_peak_mib = host.process_rss_peak_mib(self);
  record.harness.sampler_cpu_s = sampler_cpu_s;
}

int conclude(record::RunRecord& record, drive::RunFolder& folder, const RunSettings& settings,
             Streams& streams) {
  if (const auto finished = folder.finish(); !finished && record.state != RunState::failed) {
    record.state = RunState::failed;
    record.state_text = finished.error().message;
  }
  auto verdicts = judge::judge_all(record);
  const int code = judge::exit_code(record, verdicts);
  const report::RunReport report{record, std::move(verdicts), code, folder.path()};
  int delivered = deliver(report, settings.output, streams);
  if (settings.explain) streams.out << "\n" << report::find_format("explain")->render(report) << std::flush;
  if (const auto kept = settings.keep ? settings.keep(report) : protocol::Result<void>(); !kept) {
    streams.err << "bftp-torture: the history lacks this run: " << kept.error().message << "\n";
    delivered = exit_harness_failed;
  }
  if (record.state == RunState::failed) {
    // The explanation has told what else there is to tell.
    const std::string text =
        settings.explain ? record.state_text.substr(0, record.state_text.find('\n')) : record.state_text;
    streams.err << "bftp-torture: " << report::visible(text, report::Keep::lines) << "\n";
  }
  return delivered;
}

int turn_down(const protocol::Error& error, Streams& streams) {
  streams.err << "bftp-torture: " << error.message << "\n";
  return error.kind == protocol::ErrorKind::invalid_input ? exit_usage : exit_harness_failed;
}

}  // namespace bftp::cli
