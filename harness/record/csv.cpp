#include "harness/record/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>

namespace bftp::record {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr std::string_view transfer_columns =
    "iteration,client,arm,op,fixture,bytes,start_s,connect_ms,first_byte_ms,transfer_ms,throughput_mib_s,"
    "sha256,"
    "identical,error";
constexpr std::string_view resource_columns =
    "time_s,arm,processes,threads,cpu_user_s,cpu_system_s,rss_mib,pss_mib,fds,sockets_close_wait,zombies";
constexpr std::string_view more_columns =
    "cpu_total_s,private_mib,pss_file_mib,anon_mib,collector_runs,collector_whole_runs,collector_survived_"
    "mib,"
    "collector_just_ran";

template <class T>
std::string optional_cell(const std::optional<T>& value, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value) : std::string{};
}

std::string formula_safe(std::string_view text) {
  const bool risky =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  return (risky ? "'" : "") + std::string(text);
}

/// Reads the cells of one row in order and remembers the first that does not fit.
class CellReader {
 public:
  explicit CellReader(std::vector<std::string> cells) : cells_(std::move(cells)) {}

  std::string text() { return at_ < cells_.size() ? cells_[at_++] : (++at_, std::string{}); }

  template <class T>
  std::optional<T> number() {
    const std::string cell = text();
    if (cell.empty()) return std::nullopt;
    T value{};
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error == std::errc{} && end == cell.data() + cell.size()) return value;
    blame("'" + cell + "' is no number");
    return std::nullopt;
  }

  template <class T>
  T required_number() {
    const auto value = number<T>();
    if (!value) blame("a number is missing");
    return value.value_or(T{});
  }

  template <class T>
  T word(std::optional<T> value) {
    if (!value) blame("unknown word");
    return value.value_or(T{});
  }

  void blame(const std::string& why) {
    if (problem_.empty()) problem_ = fmt::format("column {}: {}", at_, why);
  }

  std::optional<Error> problem(std::size_t columns) const {
    if (cells_.size() != columns)
      return Error{ErrorKind::malformed,
                   fmt::format("a row has {} columns where {} are due", cells_.size(), columns)};
    if (!problem_.empty()) return Error{ErrorKind::malformed, problem_};
    return std::nullopt;
  }

 private:
  std::vector<std::string> cells_;
  std::size_t at_ = 0;
  std::string problem_;
};

std::uint16_t fixture_index(CellReader& reader, const std::vector<std::string>& names) {
  const std::string cell = reader.text();
  const auto found = std::find_if(names.begin(), names.end(), [&cell](const std::string& name) {
    return cell == name || cell == formula_safe(name);
  });
  if (found == names.end()) reader.blame("'" + cell + "' is no fixture of this run");
  return static_cast<std::uint16_t>(found - names.begin());
}

}  // namespace

std::string transfers_csv_header() {
  return fmt::format("{}\n", transfer_columns);
}
std::string resources_csv_header() {
  return fmt::format("{}\n", resource_columns);
}
std::string resources_more_csv_header() {
  return fmt::format("{}\n", more_columns);
}

std::string csv_cell(std::string_view text) {
  std::string safe = formula_safe(text);
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string to_csv_row(const TransferRecord& record, std::string_view fixture_name) {
  const std::string identical = record.identical ? (*record.identical ? "true" : "false") : "";
  const std::string error = record.error == TransferError::none ? "" : protocol::to_string(record.error);
  return fmt::format("{},{},{},{},{},{},{:.9f},{},{},{},{},{},{},{}\n", record.iteration, record.client,
                     to_string(record.arm), protocol::to_string(record.op), csv_cell(fixture_name),
                     record.bytes, record.start_s, optional_cell(record.connect_ms, "{:.6f}"),
                     optional_cell(record.first_byte_ms, "{:.6f}"),
                     optional_cell(record.transfer_ms, "{:.6f}"),
                     optional_cell(record.throughput_mib_s(), "{:.3f}"),
                     record.sha256 ? protocol::to_hex(*record.sha256) : std::string{}, identical, error);
}

std::string to_csv_row(const ResourceSample& sample) {
  return fmt::format("{:.6f},{},{},{},{},{},{},{},{},{},{}\n", sample.time_s, to_string(sample.arm),
                     optional_cell(sample.processes, "{}"), optional_cell(sample.threads, "{}"),
                     optional_cell(sample.cpu_user_s, "{:.6f}"), optional_cell(sample.cpu_system_s, "{:.6f}"),
                     optional_cell(sample.rss_mib, "{:.3f}"), optional_cell(sample.pss_mib, "{:.3f}"),
                     optional_cell(sample.fds, "{}"), optional_cell(sample.sockets_close_wait, "{}"),
                     optional_cell(sample.zombies, "{}"));
}

std::string to_more_csv_row(const ResourceSample& sample) {
  std::string collector = ",,,";
  if (sample.collector)
    collector = fmt::format("{},{},{:.6f},{}", sample.collector->runs, sample.collector->whole_runs,
                            sample.collector->survived_mib, sample.collector->just_ran);
  return fmt::format("{},{},{},{},{}\n", optional_cell(sample.cpu_total_s, "{:.9f}"),
                     optional_cell(sample.private_mib, "{:.6f}"),
                     optional_cell(sample.pss_file_mib, "{:.6f}"), optional_cell(sample.anon_mib, "{:.6f}"),
                     collector);
}

Result<std::vector<std::string>> split_csv_row(std::string_view row) {
  if (row.ends_with('\n')) row.remove_suffix(1);
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (quoted && c == '"' && i + 1 < row.size() && row[i + 1] == '"') {
      cells.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  if (quoted) return Error{ErrorKind::malformed, "a quoted cell never ends"};
  return cells;
}

Result<TransferRecord> transfer_from_csv(std::string_view row,
                                         const std::vector<std::string>& fixture_names) {
  auto cells = split_csv_row(row);
  if (!cells) return cells.error();
  CellReader reader(std::move(*cells));
  TransferRecord record;
  record.iteration = reader.required_number<std::uint32_t>();
  record.client = reader.required_number<std::uint16_t>();
  record.arm = reader.word(arm_from(reader.text()));
  record.op = reader.word(protocol::op_from(reader.text()));
  record.fixture = fixture_index(reader, fixture_names);
  record.bytes = reader.required_number<std::uint64_t>();
  record.start_s = reader.required_number<double>();
  record.connect_ms = reader.number<double>();
  record.first_byte_ms = reader.number<double>();
  record.transfer_ms = reader.number<double>();
  reader.text();  // throughput follows from bytes and time
  if (const std::string digest = reader.text(); !digest.empty())
    record.sha256 = reader.word(protocol::digest_from_hex(digest));
  if (const std::string word = reader.text(); !word.empty()) record.identical = word == "true";
  if (const std::string word = reader.text(); !word.empty())
    record.error = reader.word(protocol::transfer_error_from(word));
  if (auto problem = reader.problem(14)) return *problem;
  return record;
}

Result<ResourceSample> sample_from_csv(std::string_view row) {
  auto cells = split_csv_row(row);
  if (!cells) return cells.error();
  CellReader reader(std::move(*cells));
  ResourceSample sample;
  sample.time_s = reader.required_number<double>();
  sample.arm = reader.word(arm_from(reader.text()));
  sample.processes = reader.number<std::uint32_t>();
  sample.threads = reader.number<std::uint32_t>();
  sample.cpu_user_s = reader.number<double>();
  sample.cpu_system_s = reader.number<double>();
  sample.rss_mib = reader.number<double>();
  sample.pss_mib = reader.number<double>();
  sample.fds = reader.number<std::uint32_t>();
  sample.sockets_close_wait = reader.number<std::uint32_t>();
  sample.zombies = reader.number<std::uint32_t>();
  if (sample.cpu_user_s && sample.cpu_system_s)
    sample.cpu_total_s = *sample.cpu_user_s + *sample.cpu_system_s;
  if (auto problem = reader.problem(11)) return *problem;
  return sample;
}

Result<void> add_more_from_csv(std::string_view row, ResourceSample& sample) {
  auto cells = split_csv_row(row);
  if (!cells) return cells.error();
  CellReader reader(std::move(*cells));
  if (const auto total = reader.number<double>()) sample.cpu_total_s = total;
  sample.private_mib = reader.number<double>();
  sample.pss_file_mib = reader.number<double>();
  sample.anon_mib = reader.number<double>();
  if (const auto runs = reader.number<std::uint64_t>()) {
    sample.collector = {.runs = *runs};
    sample.collector->whole_runs = reader.required_number<std::uint64_t>();
    sample.collector->survived_mib = reader.required_number<double>();
    sample.collector->just_ran = reader.text() == "true";
  } else {
    for (int left = 0; left < 3; ++left) reader.text();
  }
  if (auto problem = reader.problem(8)) return *problem;
  return {};
}

}  // namespace bftp::record
