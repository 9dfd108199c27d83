#pragma once

#include <string>
#include <vector>

#include "tests/report/sample_report.hpp"

/// Runs of a few transfers, to be explained.
namespace bftp::report {

inline judge::Verdict failed(std::string id, std::vector<std::string> clauses = {"4.1"}) {
  judge::Verdict verdict;
  verdict.id = std::move(id);
  verdict.status = judge::Status::fail;
  verdict.title = "A title";
  verdict.happened = "It did not.";
  verdict.clauses = std::move(clauses);
  return verdict;
}

/// A run of `python3 server.py` over one file of 5000 bytes.
inline samples::Sample run_with(std::vector<record::TransferRecord> rows) {
  samples::Sample sample;
  sample.exit_code = 1;
  sample.record.state = record::RunState::complete;
  sample.record.plan.server.kind = plan::ServerKind::command;
  sample.record.plan.server.argv_template = {"python3", "server.py", "{port}"};
  sample.record.fixtures.resize(1);
  sample.record.fixtures[0].name = "book.txt";
  sample.record.fixtures[0].size = 5000;
  for (const auto& row : rows) sample.record.transfers.add(row);
  return sample;
}

inline record::TransferRecord row(record::TransferError error, std::uint64_t bytes,
                                  record::Op op = record::Op::get) {
  record::TransferRecord made;
  made.error = error;
  made.bytes = bytes;
  made.op = op;
  if (bytes > 0) made.first_byte_ms = 1;
  if (error == record::TransferError::none) made.identical = false;
  made.detail = "this was seen";
  return made;
}

}  // namespace bftp::report
