#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/run_report.hpp"

namespace bftp::report {

/// One file format of a run's report. `render` is a pure function of the report: no clock, file or socket, no
/// locale; the same report gives the same bytes. Each format lives in a file of its own in formats/ and
/// registers itself there, so that adding one touches that file and its test.
struct Format {
  std::string_view name;       ///< "junit", as named on the command line
  std::string_view file_name;  ///< "junit.xml", in the run's folder
  std::string_view about;      ///< one line for people
  std::string (*render)(const RunReport& report) = nullptr;
  /// Whether a run has this file; null: every run has.
  bool (*applies)(const RunReport& report) = nullptr;
};

/// All formats, sorted by name.
const std::vector<Format>& all_formats();

/// nullptr when there is none of that name.
const Format* find_format(std::string_view name);

namespace detail {
bool register_format(const Format& format);
}

/// In a format's .cpp, at namespace scope: BFTP_REGISTER_FORMAT(junit, {"junit", "junit.xml", "…",
/// &junit_xml})
#define BFTP_REGISTER_FORMAT(Name, ...)                                            \
  namespace {                                                                      \
  [[maybe_unused]] const bool registered_##Name =                                  \
      ::bftp::report::detail::register_format(::bftp::report::Format __VA_ARGS__); \
  }

}  // namespace bftp::report
