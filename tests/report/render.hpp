#pragma once

#include <string>
#include <string_view>

#include "harness/report/format.hpp"
#include "tests/report/sample_report.hpp"

namespace bftp::report {

inline std::string render(std::string_view format, const samples::Sample& sample) {
  return find_format(format)->render(sample.report());
}

inline std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++count;
  return count;
}

}  // namespace bftp::report
