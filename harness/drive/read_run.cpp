#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/drive/run_folder.hpp"
#include "harness/record/csv.hpp"
#include "harness/record/read_json.hpp"
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
  auto document = record::read_json(text.str());
  if (!document)
    return Error{ErrorKind::malformed, fmt::format("{} is no JSON: {}", path, document.error().message)};
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
  record.samples_taken = samples.size();
  std::size_t next = 0;
  return for_each_row(csv_path(folder, "resources_more.csv"), [&](const std::string& row) -> Result<void> {
    if (next == samples.size()) return {};  // of a killed run one file may have more rows than the other
    return record::add_more_from_csv(row, samples[next++]);
  });
}

Error not_all_there(const std::string& folder, const char* name, std::uint64_t rows, std::uint64_t wanted) {
  const std::string path = folder + "/" + name;
  if (!std::filesystem::exists(path))
    return {ErrorKind::malformed,
            fmt::format("{} is not there, and run.json tells of {} rows in it: judging needs them", path,
                        wanted)};
  return {ErrorKind::malformed,
          fmt::format("{} has {} whole rows where run.json tells of {}: it was cut, or is another run's",
                      path, rows, wanted)};
}

/// A verdict on half of a run's transfers would pass for one on all of them. A file that is partial belongs
/// to a run that was killed, or that could not write: of those everything counts that is there.
Result<void> check_rows(const std::string& folder, const boost::json::value& document,
                        const record::RunRecord& record) {
  const auto wanted = record::series_rows_from_json(document);
  if (!wanted) return wanted.error();
  const auto is_partial = [&](const char* name) {
    return std::filesystem::exists(folder + "/" + name + ".partial");
  };
  const std::uint64_t transfers = record.transfers.recorded();
  // Documents of before the rows were counted tell how many transfers failed, at least.
  const auto* object = document.if_object();
  const auto* failed = *wanted || object == nullptr ? nullptr : object->if_contains("failures_total");
  if (failed != nullptr && failed->is_number() && !is_partial("transfers.csv")) {
    boost::system::error_code unreadable;
    const auto told = failed->to_number<std::uint64_t>(unreadable);
    if (!unreadable && told > record.transfers.failures_total())
      return Error{ErrorKind::malformed,
                   fmt::format("{}/transfers.csv has {} failed transfers where run.json tells of {}: it was "
                               "cut, or is another run's",
                               folder, record.transfers.failures_total(), told)};
  }
  if (*wanted && transfers != (*wanted)->transfers && !is_partial("transfers.csv"))
    return not_all_there(folder, "transfers.csv", transfers, (*wanted)->transfers);
  if (*wanted && record.samples_taken != (*wanted)->resources && !is_partial("resources.csv"))
    return not_all_there(folder, "resources.csv", record.samples_taken, (*wanted)->resources);
  return {};
}

}  // namespace

std::string folder_of_run(const std::string& folder_or_file) {
  const std::filesystem::path path(folder_or_file);
  if (path.filename() != "run.json") return folder_or_file;
  return path.has_parent_path() ? path.parent_path().string() : ".";
}

Result<record::RunRecord> read_run(const std::string& folder_or_file) {
  const std::string folder = folder_of_run(folder_or_file);
  auto document = read_json(folder + "/run.json");
  if (!document) return document.error();
  auto record = record::run_record_from_json(*document);
  if (!record)
    return Error{ErrorKind::malformed, fmt::format("{}/run.json: {}", folder, record.error().message)};
  const auto failures = record::failures_from_json(*document);
  if (!failures) return failures.error();
  if (auto read = read_transfers(folder, *failures, *record); !read) return read.error();
  if (auto read = read_samples(folder, *record); !read) return read.error();
  if (auto whole = check_rows(folder, *document, *record); !whole) return whole.error();
  return record;
}

}  // namespace bftp::drive
