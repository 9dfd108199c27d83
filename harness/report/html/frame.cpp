#include "harness/report/html/frame.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <string>

#include "harness/report/json_text.hpp"
#include "protocol/sha256.hpp"

namespace bftp::report {
namespace {

std::string base64(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t next = at; next < at + 3; ++next)
      group = group << 8 | (next < bytes.size() ? bytes[next] : 0u);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const bool padding = digit > bytes.size() - at;
      text += padding ? '=' : digits[group >> (18 - 6 * digit) & 63];
    }
  }
  return text;
}

/// CSP 3, section 2.3.1: 'sha256-' and the base64 of the hash of the element's text.
std::string source_hash(std::string_view text) {
  return fmt::format("'sha256-{}'", base64(protocol::sha256(text)));
}

}  // namespace

void write_head(Markup& page, std::string_view title, const Assets& assets) {
  page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
  page.raw(source_hash(assets.style)).raw("; script-src ").raw(source_hash(assets.chart_js)).raw(" ");
  page.raw(source_hash(assets.script)).raw("; base-uri 'none'; form-action 'none'\">\n");
  page.raw(
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n");
  page.raw("<title>").text_at_most(title, 120);
  page.raw(" – bftp-torture</title>\n<style>").raw(assets.style).raw("</style>\n</head>\n<body>\n");
}

void write_tail(Markup& page, const boost::json::object& data, const Assets& assets) {
  page.raw("<script type=\"application/json\" id=\"report-data\">").raw(json_for_html(data));
  page.raw("</script>\n<script>").raw(assets.chart_js).raw("</script>\n<script>").raw(assets.script);
  page.raw("</script>\n</body>\n</html>\n");
}

void open_figure(Markup& page, const Chart& chart) {
  page.open("figure", {{"class", "chart"}, {"id", "chart-" + chart.id}, {"data-chart", chart.id}});
  page.raw("\n<figcaption><strong>").text_at_most(chart.title, 200).raw("</strong>");
  if (!chart.look_for.empty()) page.raw("<span>").text(chart.look_for).raw("</span>");
  page.raw("</figcaption>\n<div class=\"canvas\"><canvas role=\"img\"");
  page.raw(" aria-label=\"")
      .text_at_most(fmt::format("Chart: {}. {}", chart.title, chart.views.front().figures), 400);
  page.raw("\"></canvas></div>\n<p class=\"figures\">")
      .text_at_most(chart.views.front().figures, 400)
      .raw("</p>\n");
}

}  // namespace bftp::report
