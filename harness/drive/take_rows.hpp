#pragma once

#include <vector>

#include "harness/drive/record_sink.hpp"
#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::drive {

/// Transfers into the record (its log, what external clients left, the first remark of a worker on one that
/// went well) and into the sink. Errors: the sink's first; the record has all of them even then.
protocol::Result<void> take_rows(const std::vector<record::TransferRecord>& rows, record::RunRecord& record,
                                 RecordSink& sink);

}  // namespace bftp::drive
