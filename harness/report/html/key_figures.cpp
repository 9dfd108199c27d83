#include "harness/report/html/key_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/record/all_transfers.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/summaries.hpp"

namespace bftp::report {
namespace {

using record::Arm;

/// The group that moved most bytes, GET before PUT: what a reader means by "the speed".
const GroupSummary* main_group(const std::vector<GroupSummary>& all) {
  const GroupSummary* best = nullptr;
  const auto bytes = [](const GroupSummary& summary) {
    return summary.counts ? summary.counts->bytes : 0;
  };
  for (const GroupSummary& summary : all) {
    if (summary.arm != Arm::server || !summary.transfer_ms) continue;
    const bool better = best == nullptr || (summary.op == best->op && bytes(summary) > bytes(*best));
    if (better) best = &summary;
  }
  return best;
}

const GroupSummary* control_of(const std::vector<GroupSummary>& all, const GroupSummary& group) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const GroupSummary& other) {
    return other.arm == Arm::control && other.op == group.op && other.fixture == group.fixture;
  });
  return found == all.end() || !found->transfer_ms ? nullptr : &*found;
}

std::string name_of(const GroupSummary& group, const record::RunRecord& record) {
  return fmt::format("{} {}", op_text(group.op), record.fixtures.at(group.fixture).name);
}

void add_times(std::vector<KeyFigure>& figures, const record::RunRecord& record) {
  const std::vector<GroupSummary> all = summaries(record);
  const GroupSummary* group = main_group(all);
  if (group == nullptr || group->fixture >= record.fixtures.size()) return;
  const GroupSummary* control = control_of(all, *group);
  std::string remark = name_of(*group, record);
  if (group->throughput_mib_s && group->throughput_mib_s->p50 > 0) {
    if (control != nullptr && control->throughput_mib_s) {
      remark += fmt::format("; reference {}", significant(control->throughput_mib_s->p50));
    }
    figures.push_back(
        {"Median speed", fmt::format("{} MiB/s", significant(group->throughput_mib_s->p50)), remark});
  }
  remark = fmt::format("median {}", milliseconds_text(group->transfer_ms->p50));
  if (control != nullptr)
    remark += fmt::format("; reference {}", milliseconds_text(control->transfer_ms->p99));
  figures.push_back({"Slowest 1 in 100", milliseconds_text(group->transfer_ms->p99), remark});
}

/// Seconds of CPU for each GiB over the blocks that know both.
std::optional<double> cpu_s_per_gib(const record::RunRecord& record, Arm arm) {
  double cpu_s = 0, bytes = 0;
  for (const record::BlockRecord& block : record.blocks) {
    if (block.arm != arm || !block.server_cpu_s) continue;
    cpu_s += *block.server_cpu_s, bytes += static_cast<double>(block.bytes);
  }
  if (bytes <= 0) return std::nullopt;
  return cpu_s / (bytes / (1024.0 * 1024.0 * 1024.0));
}

void add_cpu(std::vector<KeyFigure>& figures, const record::RunRecord& record) {
  const auto server = cpu_s_per_gib(record, Arm::server);
  if (!server) return;
  const auto control = cpu_s_per_gib(record, Arm::control);
  figures.push_back(
      {"CPU per GiB", seconds_text(*server),
       control ? fmt::format("reference {}", seconds_text(*control)) : std::string("server under test")});
}

void add_memory(std::vector<KeyFigure>& figures, const record::RunRecord& record) {
  double peak = -1;
  for (const record::ResourceSample& sample : record.samples) {
    if (sample.arm == Arm::server)
      peak = std::max(peak, sample.pss_mib.value_or(sample.rss_mib.value_or(-1)));
  }
  if (peak < 0) return;
  std::vector<double> at_rest;
  for (const record::QuietPoint& point : record.quiet_points) {
    if (point.sample.arm == Arm::server && point.sample.pss_mib) at_rest.push_back(*point.sample.pss_mib);
  }
  figures.push_back({"Memory, peak", fmt::format("{} MiB", significant(peak)),
                     at_rest.empty()
                         ? std::string("server under test")
                         : fmt::format("at rest {} at first, {} at last", significant(at_rest.front()),
                                       significant(at_rest.back()))});
}

}  // namespace

std::vector<KeyFigure> key_figures(const record::RunRecord& record) {
  std::vector<KeyFigure> figures;
  if (record.comparison) {  // the table below says the rest
    figures.push_back({"Transfers", transfers_text(record), "of both servers"});
    figures.push_back({"Pairs of blocks", grouped(record.comparison->pairs.size()), "in turns, AB and BA"});
    figures.push_back(
        {"Duration", seconds_text(record.duration_s), "with starting both servers for each round"});
    return figures;
  }
  const record::TransferCount total = record::all_transfers(record, Arm::server);
  if (total.transfers > 0) {
    const std::uint64_t bad = total.different + total.errors;
    const std::string moved = bytes_text(static_cast<double>(total.bytes));
    figures.push_back({"Transfers", grouped(total.transfers),
                       bad > 0 ? fmt::format("{} not identical", grouped(bad))
                       : total.unverified() > 0
                           ? fmt::format("{} not verified, {}", grouped(total.unverified()), moved)
                           : fmt::format("all identical, {}", moved)});
  }
  add_times(figures, record);
  add_cpu(figures, record);
  add_memory(figures, record);
  if (is_of_cases_alone(record.plan)) {
    figures.push_back(
        {"Duration", seconds_text(cases_s(record)), counted(record.cases.size(), "case", "cases")});
    return figures;
  }
  const std::string cases =
      record.cases.empty() ? "" : fmt::format("; cases: {} more", seconds_text(cases_s(record)));
  figures.push_back({"Duration", seconds_text(record.duration_s),
                     fmt::format("{}, {}{}", counted(record.plan.clients.count, "client", "clients"),
                                 counted(record.plan.rounds, "round", "rounds"), cases)});
  return figures;
}

}  // namespace bftp::report
