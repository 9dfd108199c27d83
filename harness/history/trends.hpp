#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/history/change_points.hpp"
#include "harness/history/run_summary.hpp"

namespace bftp::history {

struct TrendRequest {
  std::string metric;        ///< name of the quantity; empty: all
  std::string server;        ///< part of the server's name; empty: the newest run's server
  std::size_t last = 0;      ///< so many runs only; 0: all
  bool any_machine = false;  ///< also those of unlike machines
  ChangeOptions changes;
};

/// One quantity over the runs.
struct Trend {
  record::Metric like;  ///< name, operation, fixture
  std::string unit;
  std::vector<std::size_t> runs;  ///< indices into Trends::runs, ascending
  std::vector<double> values;     ///< of each of them
  std::vector<std::optional<double>> low, high;
  std::vector<ChangePoint> changes;  ///< their index counts into `values`
};

/// Runs that are left out, and why.
struct LeftOut {
  std::size_t runs = 0;
  std::string why;  ///< "of an unlike machine: cores is …"
};

/// A history looked at: runs that may be compared, their quantities over time, and where those change.
struct Trends {
  std::vector<RunSummary> runs;  ///< in order of time
  std::vector<LeftOut> left_out;
  std::vector<Trend> trends;     ///< in the order of judge::quantities()
  bool unlike_machines = false;  ///< runs of unlike machines are among them, as asked for
  /// Indices of runs whose reference server is of another version than the run's before. Ratios to it are
  /// compared on each side by itself: a change there would be of the measure.
  std::vector<std::size_t> other_reference;
};

/// Whether the run's server command holds this text.
bool holds(const RunSummary& run, const std::string& server);

/// The newest run decides what the others are compared with: its server (unless one is named), work and
/// machine. Only complete runs. The chance of a find in a history without change is kept at changes.alpha
/// over all trends together (Bonferroni). `runs` are in order of time.
Trends trends_of(std::span<const RunSummary> runs, const TrendRequest& request);

/// "between a1b2c3d and 4e5f607 (git log a1b2c3d..4e5f607)", or by their times where a commit is unknown;
/// what else changed there, where the servers' commands differ.
std::string range_of(const Trends& trends, const Trend& trend, const ChangePoint& change);

/// "from 2026-01-11T12:00:00Z on the reference server is of version 0.1.0+bftpd.5e6f, no longer
/// 0.1.0+bftpd.1a2b"; `run` is one of Trends::other_reference.
std::string other_reference_text(const Trends& trends, std::size_t run);

/// Whether the change is for the worse.
bool for_the_worse(const Trend& trend, const ChangePoint& change);

}  // namespace bftp::history
