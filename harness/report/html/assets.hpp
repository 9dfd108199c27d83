#pragma once

#include <string_view>

namespace bftp::report {

/// What the page carries besides the report. Trusted bytes of ours and of the charting library.
struct Assets {
  std::string_view chart_js;  ///< Chart.js 3.9, minified
  std::string_view style;     ///< assets/report.css
  std::string_view script;    ///< assets/report.js
};

/// Linked into the executable at build time.
Assets embedded_assets();

}  // namespace bftp::report
