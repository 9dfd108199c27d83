#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::record {

/// Everything of a record but the two series that live in transfers.csv and resources.csv; docs/run-json.md
/// describes the keys. Unknown is null. Doubles keep all their digits, so that judging again gives the same
/// verdicts. Failures are listed under "failures" with what a CSV row does not hold; "series_rows" counts the
/// rows of the two series.
boost::json::object to_json(const RunRecord& record);

/// The other direction; the transfer log and the samples stay empty. Keys that are missing keep their
/// defaults, so that older documents stay readable. Errors: malformed, with the path of the key, or that the
/// document is none of a run, or of a later version.
protocol::Result<RunRecord> run_record_from_json(const boost::json::value& document);

/// How many rows each series had when the document was written.
struct SeriesRows {
  std::uint64_t transfers = 0;
  std::uint64_t resources = 0;
};
/// Nothing in documents that do not count them. Errors: malformed.
protocol::Result<std::optional<SeriesRows>> series_rows_from_json(const boost::json::value& document);

/// What tells one transfer from all others.
using TransferKey = std::tuple<Arm, std::uint16_t, std::uint32_t, Op,
                               std::uint16_t>;  ///< arm, client, iteration, op, fixture
TransferKey key_of(const TransferRecord& record);

/// The listed failures, to complete the rows of transfers.csv with. Errors: malformed.
protocol::Result<std::map<TransferKey, TransferRecord>> failures_from_json(
    const boost::json::value& document);

}  // namespace bftp::record
