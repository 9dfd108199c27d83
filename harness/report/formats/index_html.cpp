#include "harness/report/format.hpp"
#include "harness/report/html/page.hpp"

namespace bftp::report {
namespace {

std::string index_html(const RunReport& report) {
  return html_page(report, embedded_assets());
}

}  // namespace

BFTP_REGISTER_FORMAT(index_html,
                     {"html", "index.html", "the report for people, one self-contained page", &index_html})

}  // namespace bftp::report
