#include "harness/cli/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace bftp::cli {

void open_missing_streams() {
  // open(2) returns the lowest number that is free, so each lands where one is missing.
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (::fcntl(stream, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
}

}  // namespace bftp::cli
