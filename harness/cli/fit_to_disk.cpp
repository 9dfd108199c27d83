#include "harness/cli/fit_to_disk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/drive/arms.hpp"
#include "harness/report/figures.hpp"

namespace bftp::cli {
namespace {

constexpr std::uint64_t arena_least = 1u << 20;

bool stores_with_us(const record::RunRecord& record) {
  const auto& ops = record.plan.ops;
  if (std::ranges::find(ops, record::Op::put) == ops.end()) return false;
  return drive::serves_root(record.plan.server) ||
         (record.comparison && drive::serves_root(record.comparison->base));
}

}  // namespace

protocol::Result<void> fit_to_disk(record::RunRecord& record, const std::string& scratch,
                                   std::uint64_t free_bytes) {
  if (!stores_with_us(record)) return {};
  std::uint64_t largest = 0;
  for (const auto& fixture : record.fixtures) largest = std::max(largest, fixture.size);
  const std::uint64_t clients = std::max(1u, record.plan.clients.count);
  if (free_bytes / clients < largest)
    return protocol::Error{
        protocol::ErrorKind::no_space,
        fmt::format(
            "the disk of {} has {} free, and {} that each store a file of {} need {}: name a larger one "
            "by TMPDIR, or ask for --ops get or smaller --fixtures",
            scratch, report::bytes_text(static_cast<double>(free_bytes)),
            report::counted(clients, "client", "clients"), report::bytes_text(static_cast<double>(largest)),
            report::bytes_text(static_cast<double>(clients * largest))),
        0};
  const std::uint64_t fitting = std::max(arena_least, free_bytes / 2 / clients);
  record.plan.clients.arena_bytes = std::min(record.plan.clients.arena_bytes, fitting);
  return {};
}

protocol::Result<void> fit_to_disk(record::RunRecord& record, const std::string& scratch) {
  std::error_code error;
  const auto space = std::filesystem::space(scratch, error);
  // A disk that does not say how full it is may still have room.
  if (error) return {};
  return fit_to_disk(record, scratch, space.available);
}

}  // namespace bftp::cli
