#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/html/markup.hpp"

namespace bftp::report {

/// One cell: what is shown, and for figures the value to sort by.
struct Cell {
  std::string text;
  std::optional<double> value;
  bool code = false;  ///< in the fixed-width font

  static Cell number(double value, std::string text) { return {std::move(text), value, false}; }
  static Cell count(std::uint64_t value);
  static Cell unknown() { return {"–", std::nullopt, false}; }
};

struct Column {
  std::string_view name;
  bool numeric = false;
  bool wide = false;  ///< running text
};

/// A table with a caption that the page's script makes sortable. Rows past `rows_max` are left out, and the
/// caption says so.
struct Table {
  std::string_view caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::size_t rows_max = 500;

  void write(Markup& page) const;
};

}  // namespace bftp::report
