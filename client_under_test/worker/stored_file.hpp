#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client_under_test/worker/copy_checker.hpp"
#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::worker {

/// Looks into a folder for what an untrusted program left there: the server's root after a PUT, an external
/// client's folder after a GET. What lies under the name may be a link, a FIFO or a terabyte. Names have no
/// slash, so that one openat(2) without following links cannot leave the folder.
class ServerRoot {
 public:
  /// What plant() writes.
  static constexpr std::string_view older_content =
      "This file was there before. A PUT replaces it as a whole (clause 4.8).\n";

  /// Errors: not_found, no_permission, system.
  /// `called` names it in messages.
  static protocol::Result<ServerRoot> open(const std::string& path, std::string called = "the server's root");

  /// Reads the file back, through `buffer`. Errors: anything that keeps it from being read as a plain file;
  /// too_long when it is more than 64 MiB larger than the fixture.
  protocol::Result<CheckedCopy> check(const std::string& name, const protocol::WorkerFixture& fixture,
                                      const LocalFile* local, protocol::Verify verify,
                                      std::span<std::byte> buffer) const;

  /// Makes a short file of that name, which no fixture is, for a PUT to replace. Errors: as openat(2), EEXIST
  /// included.
  protocol::Result<void> plant(const std::string& name) const;

  /// Unlinks the name itself, whatever it is. Errors: as unlinkat(2).
  protocol::Result<void> remove(const std::string& name) const;

 private:
  protocol::UniqueFd folder_;
  std::string called_;
};

}  // namespace bftp::client::worker
