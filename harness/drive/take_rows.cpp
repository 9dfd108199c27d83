#include "harness/drive/take_rows.hpp"

#include <algorithm>

namespace bftp::drive {
namespace {

/// FTP: a foreign address that was not followed, and the like. Once in a run.
void note_remark(const record::TransferRecord& row, record::RunRecord& record) {
  if (!row.ok() || row.detail.empty()) return;
  const bool known = std::ranges::any_of(record.warnings,
                                         [](const auto& warning) { return warning.id == "transfer.remark"; });
  if (!known) record.warnings.push_back({"transfer.remark", "a transfer went well, but " + row.detail});
}

}  // namespace

protocol::Result<void> take_rows(const std::vector<record::TransferRecord>& rows, record::RunRecord& record,
                                 RecordSink& sink) {
  protocol::Result<void> first;
  for (const record::TransferRecord& row : rows) {
    record.transfers.add(row);
    record.client_use.add(row);
    note_remark(row, record);
    if (auto written = sink.transfer(row, record.fixtures.at(row.fixture).name); !written && first)
      first = written;
  }
  return first;
}

}  // namespace bftp::drive
