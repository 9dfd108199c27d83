#include "harness/cli/server_leavings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/wording.hpp"
#include "harness/measure/stray_files.hpp"
#include "harness/measure/temporary_files.hpp"
#include "processes/remove_folder.hpp"

namespace bftp::cli {
namespace {

/// What is not ours of the folder that a server serves.
record::TemporaryFiles piled_up_in(const std::string& root, const record::RunRecord& record) {
  std::vector<std::string> ours;
  for (const fixtures::Fixture& fixture : record.fixtures) ours.push_back(fixture.name);
  auto strays = measure::stray_files(root, ours);
  record::TemporaryFiles found;
  found.known = strays.known;
  found.count = strays.count;
  found.names = std::move(strays.names);
  found.complete = strays.complete;
  return found;
}

}  // namespace

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

std::optional<std::string> outgrown(const std::string& folder, const std::string& root,
                                    record::RunRecord& record, std::string_view who, std::uint64_t placed) {
  const auto bytes_max = record.plan.server.temporary_max_bytes;
  auto use = measure::folder_use(folder);
  const bool in_root = !use.beyond(bytes_max) && !root.empty();
  if (in_root) {
    use = measure::folder_use(root);
    std::uint64_t ours = placed, largest = 0;
    for (const fixtures::Fixture& fixture : record.fixtures) {
      ours += fixture.size;
      largest = std::max(largest, fixture.size);
    }
    // Uploads under way, and what each replaces.
    use.bytes -= std::min(use.bytes, ours + std::uint64_t{2} * record.plan.clients.count * largest);
  }
  if (!use.beyond(bytes_max)) return std::nullopt;
  record.temporary_files = in_root ? piled_up_in(root, record) : measure::temporary_files(folder);
  record.temporary_files.bytes = std::max(record.temporary_files.bytes, use.bytes);
  record.temporary_files.complete = record.temporary_files.complete && use.complete;
  record.temporary_files.outgrown = true;
  record.temporary_files.in_root = in_root;
  return fmt::format(
      "{} had {} in {}, more than {} (server.temporary_max), and was ended", who,
      use.complete ? judge::bytes(static_cast<double>(use.bytes)) : "more than can be looked at",
      in_root ? "the folder that it serves, beside what clients put there" : "its TMPDIR",
      judge::bytes(static_cast<double>(bytes_max)));
}

void take_temporary_files(const std::string& folder, record::RunRecord& record) {
  if (!record.temporary_files.outgrown) record.temporary_files = measure::temporary_files(folder);
  static_cast<void>(processes::remove_folder(folder));
}

}  // namespace bftp::cli
