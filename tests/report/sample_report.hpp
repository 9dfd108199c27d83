#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/report/run_report.hpp"

/// Synthetic runs for tests of the reports: no server, no clock, the same values on every machine.
namespace bftp::report::samples {

/// What a hostile server might print to break out of a report.
extern const std::string hostile_text;

struct Sample {
  record::RunRecord record;
  std::vector<judge::Verdict> verdicts;
  int exit_code = 0;

  /// Refers to this sample, which must outlive it.
  RunReport report() const { return {record, verdicts, exit_code, "reports/20260131T120000Z-run"}; }
};

struct Shape {
  std::uint16_t clients = 4;
  std::uint32_t iterations = 100;  ///< of each client, over every fixture and op
  std::uint32_t rounds = 5;
  bool faulty = false;       ///< stalls, wrong copies, a leak, a spin while idle
  bool all_fixtures = true;  ///< else the first three
};

/// A record with a server arm and a control arm, blocks, quiet points, watches and resource samples.
record::RunRecord make_record(const Shape& shape);

Sample healthy();  ///< every check passed, one warning
Sample failing();  ///< failures, inconclusives, a skip, hostile text wherever a server could put it, a crash
Sample small_failing();   ///< the same verdicts over few transfers, for golden files
Sample harness_failed();  ///< the server's command does not exist; no checks
Sample nothing();         ///< a run that recorded nothing and was not judged
Sample large();           ///< 100,000 transfers of the server under test and as many of the control

std::vector<judge::Verdict> passing_verdicts();
std::vector<judge::Verdict> failing_verdicts();

}  // namespace bftp::report::samples
