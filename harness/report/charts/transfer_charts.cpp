#include "harness/report/charts/transfer_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "harness/report/charts/histogram.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/summaries.hpp"

namespace bftp::report {
namespace {

using judge::Category;
using record::Arm;
using record::TransferPoint;

/// Below this size a transfer's speed says nothing but how long a connection takes: the time itself is drawn.
constexpr std::uint64_t speed_bytes_min = 64u << 10;
/// More lines than that cannot be told apart; the other clients are drawn as one.
constexpr std::size_t clients_apart_max = 8;
/// The page names what is left out; the tables have every group.
constexpr std::size_t views_max = 40;
/// Three times the cube root of the count, within these bounds: fewer bins for few transfers, or each would
/// be a spike.
constexpr double bins_min = 8, bins_max = 48;
constexpr std::size_t tail_points = 40;

/// The transfers of one (op, fixture).
struct Group {
  record::Op op = record::Op::get;
  std::uint16_t fixture = 0;
  std::uint64_t bytes = 0;
  std::vector<const TransferPoint*> server, control;
};

std::vector<Group> groups_of(const record::RunRecord& record) {
  std::map<std::pair<record::Op, std::uint16_t>, Group> found;
  for (const TransferPoint& point : record.transfers.points()) {
    if (point.arm == Arm::control_b || point.fixture >= record.fixtures.size()) continue;
    Group& group = found[{point.op, point.fixture}];
    group.op = point.op, group.fixture = point.fixture;
    (point.arm == Arm::server ? group.server : group.control).push_back(&point);
    if (point.arm == Arm::server) group.bytes += point.bytes;
  }
  std::vector<Group> groups;
  for (auto& entry : found) groups.push_back(std::move(entry.second));
  std::stable_sort(groups.begin(), groups.end(), [](const Group& left, const Group& right) {
    return std::pair(left.op, right.bytes) < std::pair(right.op, left.bytes);
  });
  return groups;
}

/// Finite service times in ms of transfers that came to their end, ascending.
std::vector<double> times(const std::vector<const TransferPoint*>& points) {
  std::vector<double> values;
  for (const TransferPoint* point : points) {
    if (point->error == record::TransferError::none && std::isfinite(point->transfer_ms)) {
      values.push_back(static_cast<double>(point->transfer_ms));
    }
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// Middle of the distribution, against the reference server.
std::string median_text(const Group& group) {
  const auto server = distribution_of(times(group.server));
  if (!server) return "no transfer came to its end";
  std::string text = fmt::format("{}, median {}", counted(server->count, "transfer", "transfers"),
                                 milliseconds_text(server->p50));
  const auto control = distribution_of(times(group.control));
  if (control) text += fmt::format("; reference server {}", milliseconds_text(control->p50));
  return text;
}

std::string tail_text(const Group& group) {
  const auto server = distribution_of(times(group.server));
  if (!server) return {};
  std::string text = fmt::format("1 in 10 takes longer than {}, 1 in 100 longer than {}, the slowest {}",
                                 milliseconds_text(server->p90), milliseconds_text(server->p99),
                                 milliseconds_text(server->max));
  const auto control = distribution_of(times(group.control));
  if (control) {
    text += fmt::format("; reference server {}, {}, {}", milliseconds_text(control->p90),
                        milliseconds_text(control->p99), milliseconds_text(control->max));
  }
  return text;
}

View view_of(const Group& group, const record::RunRecord& record) {
  View view;
  view.name = record.fixtures[group.fixture].name;
  view.group = op_text(group.op);
  view.figures = fmt::format("{} {}: ", view.group, view.name);
  return view;
}

/// Draws speed or, for small files, time.
class SpeedView {
 public:
  SpeedView(const Group& group, const record::RunRecord& record)
      : group_(group), as_time_(record.fixtures[group.fixture].size < speed_bytes_min) {
    view_ = view_of(group, record);
    view_.figures += speed_text();
    view_.x = {.label = "iteration"};
    view_.y = {.label = as_time_ ? "service time, ms" : "throughput, MiB/s", .from_zero = true};
  }

  View take() && {
    add_clients();
    add_control();
    add_failures();
    return std::move(view_);
  }

 private:
  std::optional<double> value(const TransferPoint& point) const {
    if (point.error != record::TransferError::none) return std::nullopt;
    if (!as_time_) return throughput_mib_s(point);
    return std::isfinite(point.transfer_ms) ? std::optional(static_cast<double>(point.transfer_ms))
                                            : std::nullopt;
  }

  std::string speed_text() const {
    std::vector<double> values;
    for (const TransferPoint* point : group_.server) {
      if (const auto y = value(*point)) values.push_back(*y);
    }
    const auto spread = distribution_of(std::move(values));
    if (!spread) return "no transfer came to its end";
    return fmt::format("{}, median {} {}, from {} to {}", counted(spread->count, "transfer", "transfers"),
                       significant(spread->p50), as_time_ ? "ms" : "MiB/s", significant(spread->min),
                       significant(spread->max));
  }

  void add_clients() {
    std::map<std::uint16_t, Points> clients;
    for (const TransferPoint* point : group_.server) {
      const auto y = value(*point);
      if (y) clients[point->client].add(point->iteration, *y);
    }
    if (clients.size() > clients_apart_max) return add_slowest_and_rest(clients);
    for (auto& [client, points] : clients) {
      view_.lines.push_back({fmt::format("client {}", client),
                             fmt::format("client-{}", client % clients_apart_max), Draw::points,
                             std::move(points)});
    }
  }

  /// With many clients, the slowest one against all others shows whether one is starved.
  void add_slowest_and_rest(std::map<std::uint16_t, Points>& clients) {
    const auto slowness = [&](const Points& points) {
      const double median = distribution_of(points.y)->p50;
      return as_time_ ? median : -median;
    };
    const auto slowest = std::max_element(
        clients.begin(), clients.end(),
        [&](const auto& left, const auto& right) { return slowness(left.second) < slowness(right.second); });
    Line rest{fmt::format("the other {} clients", clients.size() - 1), "client-0", Draw::points, {}};
    for (const auto& [client, points] : clients) {
      if (client == slowest->first) continue;
      for (std::size_t at = 0; at < points.size(); ++at) rest.points.add(points.x[at], points.y[at]);
    }
    view_.lines.push_back(std::move(rest));
    view_.lines.push_back({fmt::format("slowest client, {}", slowest->first), "client-1", Draw::points,
                           std::move(slowest->second)});
  }

  void add_control() {
    std::vector<double> values;
    for (const TransferPoint* point : group_.control) {
      if (const auto y = value(*point)) values.push_back(*y);
    }
    const auto distribution = distribution_of(std::move(values));
    if (!distribution || view_.lines.empty()) return;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Line& line : view_.lines) {
      const auto [least, most] = std::minmax_element(line.points.x.begin(), line.points.x.end());
      low = std::min(low, *least), high = std::max(high, *most);
    }
    Line level{"reference server, median", "control", Draw::level, {}};
    level.points.add(low, distribution->p50), level.points.add(high, distribution->p50);
    view_.lines.push_back(std::move(level));
  }

  void add_failures() {
    Line different{"copy differs", "different", Draw::points, {}},
        broken{"ended in an error", "error", Draw::points, {}};
    for (const TransferPoint* point : group_.server) {
      if (point->error != record::TransferError::none)
        broken.points.add(point->iteration, 0);
      else if (point->differs)
        different.points.add(point->iteration, value(*point).value_or(0));
    }
    if (different.points.size() > 0) view_.lines.push_back(std::move(different));
    if (broken.points.size() > 0) view_.lines.push_back(std::move(broken));
  }

  const Group& group_;
  bool as_time_;
  View view_;
};

std::size_t bins_for(std::size_t count) {
  return static_cast<std::size_t>(std::clamp(3 * std::cbrt(static_cast<double>(count)), bins_min, bins_max));
}

View distribution_view(const Group& group, const record::RunRecord& record) {
  View view = view_of(group, record);
  view.figures += median_text(group);
  view.x = {.label = "service time, ms", .logarithmic = true};
  view.y = {.label = "share of transfers, %", .from_zero = true};
  const std::vector<std::vector<double>> samples{times(group.server), times(group.control)};
  const std::vector<double> borders = log_borders(samples, bins_for(samples[0].size()));
  view.lines.push_back({"server under test", "server", Draw::steps, histogram_steps(samples[0], borders)});
  if (!samples[1].empty()) {
    view.lines.push_back({"reference server", "control", Draw::steps, histogram_steps(samples[1], borders)});
  }
  return view;
}

View tail_view(const Group& group, const record::RunRecord& record) {
  View view = view_of(group, record);
  view.figures += tail_text(group);
  view.x = {.label = "the slowest 1 in …", .logarithmic = true};
  view.y = {.label = "service time, ms", .logarithmic = true};
  const std::vector<double> server = times(group.server), control = times(group.control);
  if (!server.empty())
    view.lines.push_back({"server under test", "server", Draw::line, tail_curve(server, tail_points)});
  if (!control.empty()) {
    view.lines.push_back({"reference server", "control", Draw::line, tail_curve(control, tail_points)});
  }
  return view;
}

}  // namespace

std::vector<Chart> transfer_charts(const record::RunRecord& record) {
  const std::vector<Group> groups = groups_of(record);
  if (groups.empty()) return {};
  Chart speed{
      "speed",
      "Speed over the run",
      "A healthy server draws one level band. Look for a slope (the server tires), steps, a client of its "
      "own level (unfair), and single points far off (stalls). Small files are drawn by time, not by speed.",
      {Category::uniformity, Category::identity},
      {}};
  Chart distribution{
      "distribution",
      "How service times are distributed",
      "One narrow hill is good. A second hill has a cause: near 40 ms it is the delayed acknowledgement, "
      "near 200 ms a retransmission.",
      {},
      {}};
  Chart tail{"tail",
             "The slowest transfers",
             has_control(record)
                 ? "Where the line leaves the reference server's, the rare slow transfers begin. At 100, one "
                   "transfer in a hundred takes longer than the height shown."
                 : "At 100, one transfer in a hundred takes longer than the height shown. A line that "
                   "turns up steeply has rare transfers that are very slow.",
             {},
             {}};
  for (const Group& group : std::span(groups).first(std::min(groups.size(), views_max))) {
    speed.views.push_back(SpeedView(group, record).take());
    distribution.views.push_back(distribution_view(group, record));
    tail.views.push_back(tail_view(group, record));
  }
  return {std::move(speed), std::move(distribution), std::move(tail)};
}

}  // namespace bftp::report
