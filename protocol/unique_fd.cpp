#include "protocol/unique_fd.hpp"

#include <unistd.h>

namespace bftp::protocol {

void UniqueFd::reset(int fd) {
  const int old = std::exchange(fd_, fd);
  if (old >= 0) ::close(old);
}

}  // namespace bftp::protocol
