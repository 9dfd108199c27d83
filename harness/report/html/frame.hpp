#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "harness/report/charts/chart.hpp"
#include "harness/report/html/assets.hpp"
#include "harness/report/html/markup.hpp"

/// What all our pages have around their content: nothing loads, nothing but our own two scripts runs.
namespace bftp::report {

/// From the doctype to the opened body. The policy allows the assets by their hashes.
void write_head(Markup& page, std::string_view title, const Assets& assets);

/// The data of the page's charts, the scripts, and the end of the document.
void write_tail(Markup& page, const boost::json::object& data, const Assets& assets);

/// A chart's title, canvas and caption of figures, without the closing tag. The script fills the canvas.
void open_figure(Markup& page, const Chart& chart);

}  // namespace bftp::report
