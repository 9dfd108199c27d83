#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

#include "harness/judge/verdict.hpp"
#include "harness/report/charts/thin.hpp"

/// Charts as values: what is drawn, with no word about how. The page's script turns them into Chart.js calls.
namespace bftp::report {

struct Axis {
  std::string label;  ///< with unit: "MiB/s"
  bool logarithmic = false;
  bool from_zero = false;
};

enum class Draw {
  points,
  line,
  area,   ///< a line over a tinted area
  steps,  ///< each y holds from its x to the next
  level,  ///< one value across the whole width, dashed
};

struct Line {
  std::string label;
  std::string tone;  ///< "server", "control", "client-3", "fail", "quiet", "limit"
  Draw draw = Draw::line;
  Points points;
};

/// A span of x that is tinted.
struct Band {
  double from = 0, to = 0;
  std::string kind;  ///< "block", "idle", "stalled"
};

struct View {
  std::string name;   ///< "oliver_twist.txt"; what the reader chooses
  std::string group;  ///< "GET"
  Axis x, y;
  std::vector<Line> lines;
  std::vector<Band> bands;
  std::string figures;  ///< the picture in one line of figures, shown beneath it
};

struct Chart {
  std::string id;  ///< unique in the page
  std::string title;
  std::string look_for;  ///< what to look for, in a sentence or two
  std::vector<judge::Category> judged_by;
  std::vector<View> views;  ///< one, or several to choose from
};

/// All charts of one page.
struct PageCharts {
  std::vector<Chart> transfers, resources, evidence;

  /// nullptr when there is no such chart.
  const Chart* find(std::string_view id) const;
};

/// Compact, with values cut to 5 significant digits.
boost::json::array to_json(const std::vector<Chart>& charts);

/// All points of all lines.
std::size_t count_points(std::span<const View> views);
std::size_t count_points(std::span<const Chart> charts);

/// Thins the lines of these views so that none has more than `line_max` points and all together at most
/// `total_max` (but at least four each).
void thin_lines(std::span<View> views, std::size_t line_max, std::size_t total_max);

}  // namespace bftp::report
