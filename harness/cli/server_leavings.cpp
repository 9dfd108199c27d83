#include "harness/cli/server_leavings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/judge/wording.hpp"
#include "harness/measure/temporary_files.hpp"

namespace bftp::cli {

void note_printed(launch::ServerHandle& server, record::RunRecord& record) {
  const auto printed = server.printed();
  const bool known = std::ranges::any_of(
      record.warnings, [](const auto& warning) { return warning.id == record::output_capped_warning; });
  if (printed.bytes_dropped == 0 || known) return;
  record.warnings.push_back(
      {std::string(record::output_capped_warning),
       fmt::format("the server printed {}, of which server.out and server.err keep {} each at most; {} were "
                   "dropped ({} bytes)",
                   judge::bytes(static_cast<double>(printed.bytes)),
                   judge::bytes(static_cast<double>(record.plan.server.output_max_bytes)),
                   judge::bytes(static_cast<double>(printed.bytes_dropped)), printed.bytes_dropped)});
}

std::optional<std::string> outgrown(const std::string& folder, record::RunRecord& record) {
  auto found = measure::temporary_files(folder);
  const auto bytes_max = record.plan.server.temporary_max_bytes;
  if (found.bytes <= bytes_max) return std::nullopt;
  found.outgrown = true;
  auto why = fmt::format(
      "the server had {} in its TMPDIR, more than {} (server.temporary_max), and was ended",
      judge::bytes(static_cast<double>(found.bytes)), judge::bytes(static_cast<double>(bytes_max)));
  record.temporary_files = std::move(found);
  return why;
}

void take_temporary_files(const std::string& folder, record::RunRecord& record) {
  if (!record.temporary_files.outgrown) record.temporary_files = measure::temporary_files(folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace bftp::cli
