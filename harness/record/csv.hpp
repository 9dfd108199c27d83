#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/resource_sample.hpp"
#include "harness/record/transfer_record.hpp"
#include "protocol/result.hpp"

/// transfers.csv, resources.csv and resources_more.csv, by RFC 4180 with `\n` line ends. The columns are
/// fixed: other people's scripts read them. An empty cell means unknown, never 0. Numbers are independent of
/// the locale.
namespace bftp::record {

std::string transfers_csv_header();  ///< with line end
std::string resources_csv_header();
/// Of resources_more.csv: what the fixed columns of resources.csv have no room for and judging needs. Its
/// n-th row belongs to the n-th of resources.csv.
std::string resources_more_csv_header();

/// One row with line end. `fixture_name` stands for the record's index.
std::string to_csv_row(const TransferRecord& record, std::string_view fixture_name);
std::string to_csv_row(const ResourceSample& sample);
std::string to_more_csv_row(const ResourceSample& sample);

/// A cell, quoted where RFC 4180 asks for it. A cell that a spreadsheet would take for a formula (begins with
/// = + - @, tab or CR) gets a leading apostrophe.
std::string csv_cell(std::string_view text);

/// Splits one row. Errors: malformed for a quote that never closes.
protocol::Result<std::vector<std::string>> split_csv_row(std::string_view row);

/// The other direction; `fixture_names` gives the indices. Errors: malformed with the column.
protocol::Result<TransferRecord> transfer_from_csv(std::string_view row,
                                                   const std::vector<std::string>& fixture_names);
protocol::Result<ResourceSample> sample_from_csv(std::string_view row);
/// Adds what a row of resources_more.csv says to the sample that it belongs to.
protocol::Result<void> add_more_from_csv(std::string_view row, ResourceSample& sample);

}  // namespace bftp::record
