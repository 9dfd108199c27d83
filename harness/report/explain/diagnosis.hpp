#pragma once

#include "harness/report/explain/advice.hpp"
#include "harness/report/run_report.hpp"

/// Which failure came first, and which beginner's mistake looks like that. Pure.
namespace bftp::report {

/// The failure to begin with, because others may follow from it: the server's own end, then transfers that
/// did not come to their end, then wrong copies, then by urgency. nullptr when nothing failed.
const judge::Verdict* first_failure(const RunReport& report);

/// The earliest failed transfer, of the most frequent kind, of the server under test that bears out
/// `verdict`; nullptr if none was kept.
const record::TransferRecord* example_of(const record::RunRecord& record, const judge::Verdict& verdict);

/// Best guess from the verdict and the transfers that failed.
Mistake mistake_of(const record::RunRecord& record, const judge::Verdict& verdict);

/// Best guess from the message of a harness that could not begin (exit code 3); none where the server is not
/// to blame.
Mistake mistake_at_start(std::string_view message);

}  // namespace bftp::report
