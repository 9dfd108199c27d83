#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "harness/cli/app.hpp"

int main(int argc, char** argv) {
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
