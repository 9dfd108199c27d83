#include "harness/report/charts/resource_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

using judge::Category;
using record::Arm;
using record::ResourceSample;

/// Bands closer than this share of the run are joined: they are less than two pixels apart.
constexpr double band_gap_share = 0.002;

template <class Read>
Points over_time(const std::vector<ResourceSample>& samples, Arm arm, Read&& read) {
  Points points;
  for (const ResourceSample& sample : samples) {
    if (sample.arm != arm) continue;
    const auto value = read(sample);
    if (value) points.add(sample.time_s, static_cast<double>(*value));
  }
  return points;
}

template <class Read>
Points at_quiet_points(const record::RunRecord& record, Read&& read) {
  Points points;
  for (const record::QuietPoint& point : record.quiet_points) {
    if (point.sample.arm != Arm::server) continue;
    const auto value = read(point.sample);
    if (value) points.add(point.sample.time_s, static_cast<double>(*value));
  }
  return points;
}

std::optional<double> cpu_s(const ResourceSample& sample) {
  if (sample.cpu_total_s) return sample.cpu_total_s;
  if (sample.cpu_user_s && sample.cpu_system_s) return *sample.cpu_user_s + *sample.cpu_system_s;
  return std::nullopt;
}

/// Percent of one core between each two readings, at the middle between them.
Points cpu_share(const std::vector<ResourceSample>& samples, Arm arm) {
  const Points totals = over_time(samples, arm, cpu_s);
  Points shares;
  for (std::size_t at = 1; at < totals.size(); ++at) {
    const double span_s = totals.x[at] - totals.x[at - 1];
    if (!(span_s > 0.001)) continue;
    const double spent_s = totals.y[at] - totals.y[at - 1];
    if (spent_s < 0) continue;  // another process tree: the server was started again
    shares.add((totals.x[at] + totals.x[at - 1]) / 2, 100 * spent_s / span_s);
  }
  return shares;
}

std::vector<Band> bands_of(const record::RunRecord& record) {
  std::vector<Band> bands;
  for (const record::BlockRecord& block : record.blocks) {
    if (block.arm == Arm::server) bands.push_back({block.start_s, block.end_s, "block"});
  }
  std::sort(bands.begin(), bands.end(),
            [](const Band& left, const Band& right) { return left.from < right.from; });
  std::vector<Band> joined;
  for (const Band& band : bands) {
    if (!joined.empty() && band.from - joined.back().to < band_gap_share * record.duration_s) {
      joined.back().to = std::max(joined.back().to, band.to);
    } else {
      joined.push_back(band);
    }
  }
  for (const record::Watch& watch : record.watches) {
    if (watch.arm != Arm::server || !(watch.end_s > watch.start_s)) continue;
    joined.push_back({watch.start_s, watch.end_s, record::to_string(watch.kind)});
  }
  return joined;
}

void add(View& view, std::string label, std::string tone, Draw draw, Points points) {
  if (points.size() > 0) view.lines.push_back({std::move(label), std::move(tone), draw, std::move(points)});
}

View view_over_time(const record::RunRecord& record, std::string label) {
  View view;
  view.x = {.label = "time since the start, s", .from_zero = true};
  view.y = {.label = std::move(label), .from_zero = true};
  view.bands = bands_of(record);
  return view;
}

std::string range_text(const Points& points, std::string_view unit) {
  if (points.size() == 0) return {};
  const auto [least, most] = std::minmax_element(points.y.begin(), points.y.end());
  return fmt::format("from {} {} to {} {}, last {} {}", significant(*least), unit, significant(*most), unit,
                     significant(points.y.back()), unit);
}

Chart memory_chart(const record::RunRecord& record) {
  Chart chart{"memory",
              "Memory over time",
              "The diamonds are what counts: memory at rest, with no client connected. After the first round "
              "they should lie on a level line; a steady climb is a leak, a climb that ends is a warm-up. "
              "RSS counts shared pages once for each process, PSS shares them out.",
              {Category::memory},
              {}};
  View view = view_over_time(record, "MiB");
  const auto rss = [](const ResourceSample& sample) {
    return sample.rss_mib;
  };
  const auto pss = [](const ResourceSample& sample) {
    return sample.pss_mib;
  };
  const Points at_rest = at_quiet_points(record, pss);
  if (at_rest.size() > 0) view.figures = "PSS at rest: " + range_text(at_rest, "MiB");
  add(view, "RSS, server under test", "server", Draw::line, over_time(record.samples, Arm::server, rss));
  add(view, "RSS, reference server", "control", Draw::line, over_time(record.samples, Arm::control, rss));
  add(view, "PSS at quiet points", "quiet", Draw::points, at_rest);
  chart.views.push_back(std::move(view));
  return chart;
}

Chart cpu_chart(const record::RunRecord& record) {
  Chart chart{"cpu",
              "CPU over time",
              "Inside the shaded blocks the server works for its clients. Outside them it should lie at "
              "zero: CPU while idle or while a client stalls is spinning. 100 % is one core.",
              {Category::cpu},
              {}};
  View view = view_over_time(record, "% of one core");
  Points server = cpu_share(record.samples, Arm::server);
  if (server.size() > 0) view.figures = "Server under test: " + range_text(server, "%");
  add(view, "server under test", "server", Draw::area, std::move(server));
  add(view, "reference server", "control", Draw::line, cpu_share(record.samples, Arm::control));
  chart.views.push_back(std::move(view));
  return chart;
}

Chart handles_chart(const record::RunRecord& record) {
  Chart chart{"handles",
              "Descriptors, threads and sockets over time",
              "All of them should come back to where they began whenever no client is connected. A line that "
              "climbs from block to block is a leak.",
              {Category::handles},
              {}};
  View view = view_over_time(record, "count");
  const auto& samples = record.samples;
  add(view, "open descriptors", "client-0", Draw::line,
      over_time(samples, Arm::server, [](const ResourceSample& sample) { return sample.fds; }));
  add(view, "threads", "client-1", Draw::line,
      over_time(samples, Arm::server, [](const ResourceSample& sample) { return sample.threads; }));
  add(view, "processes", "client-2", Draw::line,
      over_time(samples, Arm::server, [](const ResourceSample& sample) { return sample.processes; }));
  add(view, "sockets in CLOSE_WAIT", "client-3", Draw::line,
      over_time(samples, Arm::server,
                [](const ResourceSample& sample) { return sample.sockets_close_wait; }));
  add(view, "zombies", "client-4", Draw::line,
      over_time(samples, Arm::server, [](const ResourceSample& sample) { return sample.zombies; }));
  const Points at_rest = at_quiet_points(record, [](const ResourceSample& sample) { return sample.fds; });
  if (at_rest.size() > 0) {
    view.figures = fmt::format("Descriptors at rest: {:.0f} at first, {:.0f} at last", at_rest.y.front(),
                               at_rest.y.back());
  }
  add(view, "descriptors at quiet points", "quiet", Draw::points, at_rest);
  chart.views.push_back(std::move(view));
  return chart;
}

}  // namespace

std::vector<Chart> resource_charts(const record::RunRecord& record) {
  std::vector<Chart> charts;
  for (Chart& chart : std::array{memory_chart(record), cpu_chart(record), handles_chart(record)}) {
    if (!chart.views.front().lines.empty()) charts.push_back(std::move(chart));
  }
  return charts;
}

}  // namespace bftp::report
