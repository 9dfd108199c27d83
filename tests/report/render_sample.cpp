#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "harness/report/format.hpp"
#include "harness/report/terminal.hpp"
#include "tests/report/sample_report.hpp"

/// render_sample KIND FOLDER: writes every format of a sample run into an existing folder, and the terminal's
/// to stdout.
int main(int argc, char** argv) {
  using namespace bftp::report;
  const std::map<std::string, samples::Sample (*)()> kinds{{"healthy", samples::healthy},
                                                           {"failing", samples::failing},
                                                           {"small", samples::small_failing},
                                                           {"harness", samples::harness_failed},
                                                           {"large", samples::large}};
  const auto kind = argc == 3 ? kinds.find(argv[1]) : kinds.end();
  if (kind == kinds.end()) {
    std::fputs("usage: render_sample healthy|failing|small|harness|large FOLDER\n", stderr);
    return 64;
  }
  const samples::Sample sample = kind->second();
  for (const Format& format : all_formats()) {
    std::ofstream file(std::string(argv[2]) + "/" + std::string(format.file_name), std::ios::binary);
    file << format.render(sample.report());
    if (!file.flush()) return 1;
  }
  std::fputs(terminal_summary(sample.report(), {100, true, true}).c_str(), stdout);
  std::fputs(one_line(sample.report()).c_str(), stdout);
}
