#include <fmt/format.h>

#include <string>

#include "harness/record/all_transfers.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/html/table.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/summaries.hpp"

namespace bftp::report {
namespace {

using record::RunRecord;

/// A longer table waits folded, so that what follows stays in reach.
constexpr std::size_t unfolded_rows_max = 12;

Cell ms_cell(double ms) {
  return Cell::number(ms, milliseconds_text(ms));
}
Cell optional_cell(const std::optional<double>& value) {
  return value ? Cell::number(*value, significant(*value)) : Cell::unknown();
}
template <class Count>
Cell optional_count(const std::optional<Count>& value) {
  return value ? Cell::count(*value) : Cell::unknown();
}

std::string fixture_name(const RunRecord& record, std::uint16_t index) {
  return index < record.fixtures.size() ? record.fixtures[index].name : std::string("unknown");
}

const GroupSummary* find_control(const std::vector<GroupSummary>& all, const GroupSummary& group) {
  for (const GroupSummary& other : all) {
    const bool same = other.op == group.op && other.fixture == group.fixture;
    if (same && other.arm == record::Arm::control && other.transfer_ms) return &other;
  }
  return nullptr;
}

void add_times(std::vector<Cell>& row, const GroupSummary& group) {
  if (const auto& ms = group.transfer_ms) {
    row.insert(row.end(), {ms_cell(ms->p50), ms_cell(ms->p90), ms_cell(ms->p99), ms_cell(ms->max)});
  } else {
    row.insert(row.end(), 4, Cell::unknown());
  }
  const bool has_speed =
      group.throughput_mib_s && group.throughput_mib_s->p50 >= 0.1;  // less: the file is too small to tell
  row.push_back(has_speed ? optional_cell(group.throughput_mib_s->p50) : Cell::unknown());
}

/// The reference server's median beside ours, and how many times it ours is.
void add_comparison(std::vector<Cell>& row, const GroupSummary& group, const GroupSummary* control) {
  if (control == nullptr || !group.transfer_ms || control->transfer_ms->p50 <= 0) {
    row.insert(row.end(), 2, Cell::unknown());
    return;
  }
  const double ratio = group.transfer_ms->p50 / control->transfer_ms->p50;
  row.push_back(ms_cell(control->transfer_ms->p50));
  row.push_back(Cell::number(ratio, fmt::format("{:.2f}×", ratio)));
}

std::vector<Cell> counts_row(const GroupSummary& group, const RunRecord& record) {
  const record::TransferCount counts = group.counts.value_or(record::TransferCount{});
  return {{std::string(op_text(group.op)), {}, false},
          {fixture_name(record, group.fixture), {}, true},
          Cell::count(counts.transfers),
          Cell::count(counts.different + counts.errors)};
}

/// What counts_row and add_times fill.
std::vector<Column> fixture_columns() {
  return {{"Op"},        {"Fixture"},   {"Transfers", true}, {"Failed", true}, {"Median", true},
          {"p90", true}, {"p99", true}, {"Slowest", true},   {"MiB/s", true}};
}

Table by_fixture(const RunRecord& record) {
  Table table{"Times of transfers that came to their end.", fixture_columns(), {}};
  const bool compared = has_control(record);
  if (compared) {
    table.caption =
        "Times of transfers that came to their end, with the reference server’s median beside them.";
    table.columns.insert(table.columns.end(), {{"Reference", true}, {"Ratio", true}});
  }
  const std::vector<GroupSummary> all = summaries(record);
  for (const GroupSummary& group : all) {
    if (group.arm != record::Arm::server) continue;
    std::vector<Cell> row = counts_row(group, record);
    add_times(row, group);
    if (compared) add_comparison(row, group, find_control(all, group));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table reference_by_fixture(const RunRecord& record) {
  Table table{"The reference server doing the same work in the same run, in interleaved blocks.",
              fixture_columns(),
              {}};
  for (const GroupSummary& group : summaries(record)) {
    if (group.arm == record::Arm::server) continue;
    std::vector<Cell> row = counts_row(group, record);
    add_times(row, group);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table by_client(const RunRecord& record) {
  Table table{"The server under test by client: is one served worse than the others?",
              {{"Op"},
               {"Fixture"},
               {"Client", true},
               {"Transfers", true},
               {"Median", true},
               {"p99", true},
               {"Slowest", true},
               {"Connect, median", true},
               {"First byte, median", true}},
              {}};
  const auto median = [](const std::optional<Distribution>& values) {
    return values ? ms_cell(values->p50) : Cell::unknown();
  };
  for (const GroupSummary& group : client_summaries(record)) {
    if (group.arm != record::Arm::server || !group.transfer_ms) continue;
    const Distribution& ms = *group.transfer_ms;
    table.rows.push_back({{std::string(op_text(group.op)), {}, false},
                          {fixture_name(record, group.fixture), {}, true},
                          Cell::count(group.client.value_or(0)),
                          Cell::count(ms.count),
                          ms_cell(ms.p50),
                          ms_cell(ms.p99),
                          ms_cell(ms.max),
                          median(group.connect_ms),
                          median(group.first_byte_ms)});
  }
  return table;
}

/// The comparison of one client with all has numbers of its own.
Cell iteration_cell(std::uint32_t iteration) {
  return iteration < record::crowding_iterations_from ? Cell::count(iteration) : Cell::unknown();
}

Table failures(const RunRecord& record) {
  Table table{"Transfers that failed.",
              {{"Time", true},
               {"Client", true},
               {"Iteration", true},
               {"Op"},
               {"Fixture"},
               {"Ended"},
               {"First difference", true},
               {"Detail", false, true},
               {"Evidence"}},
              {}};
  table.rows_max = 200;
  for (const record::TransferRecord& failure : record.transfers.failures()) {
    const bool differs = failure.error == record::TransferError::none;
    table.rows.push_back({Cell::number(failure.start_s, seconds_text(failure.start_s)),
                          Cell::count(failure.client),
                          iteration_cell(failure.iteration),
                          {std::string(op_text(failure.op)), {}, false},
                          {fixture_name(record, failure.fixture), {}, true},
                          {differs ? "other bytes" : protocol::to_string(failure.error), {}, false},
                          optional_count(failure.first_difference),
                          {failure.detail, {}, false},
                          {failure.evidence, {}, true}});
  }
  return table;
}

Table quiet_points(const RunRecord& record) {
  Table table{"Quiet points: the servers at rest, no client connected.",
              {{"Server"},
               {"When"},
               {"Time", true},
               {"Transfers before", true},
               {"PSS, MiB", true},
               {"RSS, MiB", true},
               {"Descriptors", true},
               {"Threads", true},
               {"Processes", true},
               {"CLOSE_WAIT", true},
               {"Zombies", true}},
              {}};
  for (const record::QuietPoint& point : record.quiet_points) {
    std::string when = to_string(point.kind);
    if (point.kind == record::QuietKind::round) when += fmt::format(" {}", point.round + 1);
    if (point.confirmation) when += ", confirmation";
    const record::ResourceSample& sample = point.sample;
    table.rows.push_back({{std::string(arm_text(sample.arm)), {}, false},
                          {std::move(when), {}, false},
                          Cell::number(sample.time_s, seconds_text(sample.time_s)),
                          Cell::count(point.transfers_before),
                          optional_cell(sample.pss_mib),
                          optional_cell(sample.rss_mib),
                          optional_count(sample.fds),
                          optional_count(sample.threads),
                          optional_count(sample.processes),
                          optional_count(sample.sockets_close_wait),
                          optional_count(sample.zombies)});
  }
  return table;
}

Table blocks(const RunRecord& record) {
  Table table{"Blocks: spans in which only transfers happened.",
              {{"Server"},
               {"Op"},
               {"Round", true},
               {"Kind"},
               {"Start", true},
               {"Busy", true},
               {"Transfers", true},
               {"MiB", true},
               {"Server CPU, s", true},
               {"Workers CPU, s", true},
               {"Machine busy, %", true},
               {"Stolen, %", true}},
              {}};
  const auto percent = [](const std::optional<double>& share) {
    return share ? Cell::number(*share, significant(*share * 100)) : Cell::unknown();
  };
  for (const record::BlockRecord& block : record.blocks) {
    const double mib = static_cast<double>(block.bytes) / (1024.0 * 1024.0);
    const char* kind = block.confirmation ? "confirmation" : block.warm_up ? "warm-up" : "steady";
    table.rows.push_back({{std::string(arm_text(block.arm)), {}, false},
                          {std::string(op_text(block.op)), {}, false},
                          Cell::count(block.round + 1),
                          {kind, {}, false},
                          Cell::number(block.start_s, seconds_text(block.start_s)),
                          Cell::number(block.busy_s, seconds_text(block.busy_s)),
                          Cell::count(block.transfers),
                          Cell::number(mib, significant(mib)),
                          optional_cell(block.server_cpu_s),
                          optional_cell(block.workers_cpu_s),
                          percent(block.machine_busy_share),
                          percent(block.machine_steal_share)});
  }
  return table;
}

Table watches(const RunRecord& record) {
  Table table{"Watches: spans without a transfer, in which CPU was watched.",
              {{"Server"},
               {"Kind"},
               {"Start", true},
               {"Length", true},
               {"CPU, % of a core", true},
               {"Remark", false, true}},
              {}};
  for (const record::Watch& watch : record.watches) {
    const double span_s = watch.end_s - watch.start_s;
    Cell cpu = Cell::unknown();
    if (watch.server_cpu_s && span_s > 0) {
      cpu = Cell::number(*watch.server_cpu_s / span_s, significant(100 * *watch.server_cpu_s / span_s));
    }
    table.rows.push_back({{std::string(arm_text(watch.arm)), {}, false},
                          {to_string(watch.kind), {}, false},
                          Cell::number(watch.start_s, seconds_text(watch.start_s)),
                          Cell::number(span_s, seconds_text(span_s)),
                          std::move(cpu),
                          {watch.remark, {}, false}});
  }
  return table;
}

void write_folded(Markup& page, std::string_view title, const Table& table, bool open) {
  if (table.rows.empty()) return;
  page.raw(open ? "<details class=\"folded\" open><summary><h3>" : "<details class=\"folded\"><summary><h3>");
  page.text(title).raw("</h3><span class=\"measured\">").text(counted(table.rows.size(), "row", "rows"));
  page.raw("</span></summary>\n");
  table.write(page);
  page.raw("</details>\n");
}

}  // namespace

void write_figures(Markup& page, const RunReport& report) {
  const RunRecord& record = report.record;
  if (record.transfers.counts().empty() && record.quiet_points.empty()) return;
  page.raw(
      "<section id=\"figures\" aria-labelledby=\"figures-title\">\n<h2 id=\"figures-title\">Figures</h2>\n");
  if (record.transfers.stride() > 1) {
    page.raw("<p class=\"empty\">")
        .text(fmt::format(
            "Times stand on each {}th transfer; counts are exact, and transfers.csv has every row.",
            record.transfers.stride()));
    page.raw("</p>\n");
  }
  write_folded(page, "By fixture", by_fixture(record), true);
  const Table failed = failures(record);
  write_folded(page, "Failed transfers", failed, failed.rows.size() <= unfolded_rows_max);
  write_folded(page, "Reference server", reference_by_fixture(record), false);
  write_folded(page, "By client", by_client(record), false);
  write_folded(page, "Quiet points", quiet_points(record), false);
  write_folded(page, "Watches", watches(record), false);
  write_folded(page, "Blocks", blocks(record), false);
  page.raw("</section>\n");
}

}  // namespace bftp::report
