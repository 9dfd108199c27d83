#include <unistd.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "harness/cli/app.hpp"
#include "harness/cli/standard_streams.hpp"
#include "harness/launch/last_descendants.hpp"

namespace {

int run(int argc, char** argv) {
  bftp::cli::Streams streams{std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1,
                             ::isatty(STDOUT_FILENO) == 1};
  try {
    return bftp::cli::run_app(std::vector<std::string>(argv + 1, argv + argc), streams);
  } catch (const std::exception& error) {
    std::cerr << "bftp-torture: internal error: " << error.what()
              << "\nNothing is said of the server. Please report this.\n";
    return bftp::cli::exit_harness_failed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  bftp::cli::open_missing_streams();
  bftp::launch::adopt_orphans();
  const int code = run(argc, argv);
  // Nobody is left of a run unless a guard was killed; nothing outlives us then either.
  constexpr std::chrono::seconds patience{10};
  if (bftp::launch::end_descendants(bftp::protocol::Deadline::after(patience)) > 0)
    std::cerr << "bftp-torture: processes that the server had started could not be ended; see ps\n";
  return code;
}
