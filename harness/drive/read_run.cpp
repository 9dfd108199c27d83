#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json/parse.hpp>

#include "harness/drive/run_folder.hpp"
#include "harness/record/csv.hpp"
#include "harness/record/run_record_json.hpp"

namespace bftp::drive {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

Result<boost::json::value> read_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{ErrorKind::not_found, fmt::format("{} cannot be read: is it the folder of a run?", path)};
  std::stringstream text;
  text << file.rdbuf();
  boost::system::error_code error;
  boost::json::value document = boost::json::parse(text.str(), error);
  if (error) return Error{ErrorKind::malformed, fmt::format("{} is no JSON: {}", path, error.message())};
  return document;
}

std::string csv_path(const std::string& folder, const char* name) {
  const std::string whole = folder + "/" + name;
  return std::filesystem::exists(whole) ? whole : whole + ".partial";
}

/// Hands every row after the header to `take`. A row that a killed run left unfinished (no line end) is
/// passed over.
template <class Take>
Result<void> for_each_row(const std::string& path, Take take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::string row;
  for (std::size_t line = 1; std::getline(file, row); ++line) {
    if (file.eof()) break;
    if (line == 1) continue;
    if (auto taken = take(row); !taken)
      return Error{ErrorKind::malformed, fmt::format("{}:{}: {}", path, line, taken.error().message)};
  }
  return {};
}

Result<void> read_transfers(const std::string& folder,
                            const std::map<record::TransferKey, record::TransferRecord>& failures,
                            record::RunRecord& record) {
  std::vector<std::string> names;
  for (const auto& fixture : record.fixtures) names.push_back(fixture.name);
  return for_each_row(csv_path(folder, "transfers.csv"), [&](const std::string& row) -> Result<void> {
    auto transfer = record::transfer_from_csv(row, names);
    if (!transfer) return transfer.error();
    const auto known = failures.find(record::key_of(*transfer));
    if (!transfer->ok() && known != failures.end()) *transfer = known->second;  // the CSV has less of it
    record.transfers.add(*transfer);
    return {};
  });
}

Result<void> read_samples(const std::string& folder, record::RunRecord& record) {
  auto& samples = record.samples;
  auto read = for_each_row(csv_path(folder, "resources.csv"), [&](const std::string& row) -> Result<void> {
    auto sample = record::sample_from_csv(row);
    if (!sample) return sample.error();
    samples.push_back(*sample);
    return {};
  });
  if (!read) return read;
  std::size_t next = 0;
  return for_each_row(csv_path(folder, "resources_more.csv"), [&](const std::string& row) -> Result<void> {
    if (next == samples.size()) return {};  // of a killed run one file may have more rows than the other
    return record::add_more_from_csv(row, samples[next++]);
  });
}

}  // namespace

Result<record::RunRecord> read_run(const std::string& folder_or_file) {
  std::filesystem::path folder(folder_or_file);
  if (folder.filename() == "run.json") folder = folder.has_parent_path() ? folder.parent_path() : ".";
  auto document = read_json((folder / "run.json").string());
  if (!document) return document.error();
  auto record = record::run_record_from_json(*document);
  if (!record)
    return Error{ErrorKind::malformed,
                 fmt::format("{}/run.json: {}", folder.string(), record.error().message)};
  const auto failures = record::failures_from_json(*document);
  if (!failures) return failures.error();
  if (auto read = read_transfers(folder.string(), *failures, *record); !read) return read.error();
  if (auto read = read_samples(folder.string(), *record); !read) return read.error();
  return record;
}

}  // namespace bftp::drive
