#include "harness/report/html/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

constexpr std::size_t cell_max = 300;

void write_cell(Markup& page, const Cell& cell, const Column& column) {
  page.raw(column.numeric ? "<td class=\"num\"" : column.wide ? "<td class=\"wide\"" : "<td");
  if (cell.value) page.raw(fmt::format(" data-v=\"{:.9g}\"", *cell.value));
  page.raw(cell.code ? "><code>" : ">")
      .text_at_most(cell.text, cell_max)
      .raw(cell.code ? "</code></td>" : "</td>");
}

}  // namespace

Cell Cell::count(std::uint64_t value) {
  return {grouped(value), static_cast<double>(value), false};
}

void Table::write(Markup& page) const {
  page.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"");
  page.raw(" aria-label=\"").text(caption).raw("\"><table class=\"sortable\"><caption>").text(caption);
  if (rows.size() > rows_max) {
    page.text(fmt::format(" The first {} of {} rows; run.json and the CSV files have all.", grouped(rows_max),
                          grouped(rows.size())));
  }
  page.raw("</caption>\n<thead><tr>");
  for (const Column& column : columns) {
    page.raw(column.numeric ? "<th scope=\"col\" class=\"num\">" : "<th scope=\"col\">")
        .text(column.name)
        .raw("</th>");
  }
  page.raw("</tr></thead>\n<tbody>\n");
  for (std::size_t at = 0; at < std::min(rows.size(), rows_max); ++at) {
    assert(rows[at].size() == columns.size());
    page.raw("<tr>");
    for (std::size_t column = 0; column < columns.size(); ++column)
      write_cell(page, rows[at][column], columns[column]);
    page.raw("</tr>\n");
  }
  page.raw("</tbody></table></div>\n");
}

}  // namespace bftp::report
