#include "harness/report/html/assets.hpp"

#include <cstddef>

extern "C" {
extern const char bftp_report_chart_js[], bftp_report_chart_js_end[];
extern const char bftp_report_css[], bftp_report_css_end[];
extern const char bftp_report_js[], bftp_report_js_end[];
}

namespace bftp::report {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

Assets embedded_assets() {
  return {between(bftp_report_chart_js, bftp_report_chart_js_end),
          between(bftp_report_css, bftp_report_css_end), between(bftp_report_js, bftp_report_js_end)};
}

}  // namespace bftp::report
