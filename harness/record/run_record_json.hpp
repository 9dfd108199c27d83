#pragma once

#include <map>
#include <tuple>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::record {

/// Everything of a record but the two series that live in transfers.csv and resources.csv; docs/run-json.md
/// describes the keys. Unknown is null. Doubles keep all their digits, so that judging again gives the same
/// verdicts. Failures are listed under "failures" with what a CSV row does not hold.
boost::json::object to_json(const RunRecord& record);

/// The other direction; the transfer log and the samples stay empty. Keys that are missing keep their
/// defaults, so that older documents stay readable. Errors: malformed, with the path of the key.
protocol::Result<RunRecord> run_record_from_json(const boost::json::value& document);

/// What tells one transfer from all others.
using TransferKey = std::tuple<Arm, std::uint16_t, std::uint32_t, Op,
                               std::uint16_t>;  ///< arm, client, iteration, op, fixture
TransferKey key_of(const TransferRecord& record);

/// The listed failures, to complete the rows of transfers.csv with. Errors: malformed.
protocol::Result<std::map<TransferKey, TransferRecord>> failures_from_json(
    const boost::json::value& document);

}  // namespace bftp::record
