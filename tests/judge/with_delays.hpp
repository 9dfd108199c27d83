#pragma once

#include <utility>

#include "harness/record/run_record.hpp"

namespace bftp::judge::testing {

/// The same run, each transfer longer by what `more_ms` says of it: also those of the reference server, of
/// which a RecordBuilder makes a healthy one.
template <class MoreMs>
record::RunRecord with_delays(record::RunRecord record, MoreMs more_ms) {
  record::TransferLog log;
  for (const auto& point : record.transfers.points()) {
    record::TransferRecord row;
    row.arm = point.arm, row.op = point.op, row.fixture = point.fixture, row.client = point.client;
    row.iteration = point.iteration, row.start_s = point.start_s, row.identical = true;
    row.transfer_ms = static_cast<double>(point.transfer_ms) + more_ms(point);
    row.first_byte_ms = static_cast<double>(point.first_byte_ms);
    row.connect_ms = static_cast<double>(point.connect_ms);
    log.add(row);
  }
  record.transfers = std::move(log);
  return record;
}

}  // namespace bftp::judge::testing
