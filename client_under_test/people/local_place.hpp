#pragma once

#include <sys/types.h>

#include <string>

#include "client_under_test/people/outcome.hpp"

namespace bftp::client::people {

/// What lies at the place where a download is to go.
struct LocalPlace {
  enum class Kind {
    nothing,
    file,    ///< a regular one: it is replaced once the new one is whole
    special  ///< a FIFO, a device: it takes the bytes as they come, and nothing takes its place
  };

  std::string path;  ///< where a file is to be; of a symbolic link, what it leads to
  Kind kind = Kind::nothing;
  ::mode_t mode = 0;  ///< of a file: its permission bits
};

/// What is at a person's own words, and what at a name that a server has chosen.
enum class Trust {
  person,  ///< links are followed, special files are written into
  server   ///< both are failures: the download would leave its folder
};

/// Failures: local, if it is a folder, or the folder that it would be in is not there, or it is not trusted.
Outcome<LocalPlace> look_at_place(const std::string& path, Trust trust);

}  // namespace bftp::client::people
