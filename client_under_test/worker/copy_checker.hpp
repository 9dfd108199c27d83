#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client_under_test/worker/local_file.hpp"
#include "protocol/sha256.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// Both files around the first difference.
struct DifferenceWindow {
  static constexpr std::uint64_t before = 2048;  ///< bytes in front of the difference, at most
  static constexpr std::uint64_t size = 4096;    ///< bytes in all, at most
  std::uint64_t offset = 0;                      ///< of the window's first byte, the same in both files
  std::string expected;
  std::string received;
};

/// What a copy turned out to be.
struct CheckedCopy {
  std::uint64_t size = 0;
  std::optional<protocol::Digest> sha256;  ///< none if the copy was neither hashed nor equal
  bool identical = false;
  std::optional<std::uint64_t>
      first_difference;  ///< the shorter file's end when one is the other's beginning
  std::optional<DifferenceWindow> window;
};

/// Checks one copy that comes in pieces, in order. Never sees a clock: whoever feeds it stops his own.
///
/// `sha256`: every byte is hashed. `bytes`: the pieces are compared with the local file; only when one
/// differs is the whole copy hashed, and its beginning then comes from the local file, which it equalled so
/// far. That the local file has the fixture's digest was checked before the first transfer.
class CopyChecker {
 public:
  /// `local` may be null for `sha256`; a difference is then known by its digest alone. Both outlive the
  /// checker.
  CopyChecker(const protocol::WorkerFixture& fixture, const LocalFile* local, protocol::Verify verify);

  void feed(std::span<const std::byte> piece);
  /// After the last piece. `whole` is false when the transfer broke off: then no digest is reported, and that
  /// bytes are missing at the end is no difference.
  CheckedCopy finish(bool whole);

 private:
  void compare(std::span<const std::byte> piece);
  void note_difference(std::uint64_t offset);
  void extend_window(std::span<const std::byte> piece);
  void start_hashing();

  const protocol::WorkerFixture& fixture_;
  const LocalFile* local_;
  std::optional<protocol::Sha256> hash_;
  std::uint64_t fed_ = 0;
  std::optional<std::uint64_t> first_difference_;
  std::optional<DifferenceWindow> window_;
};

/// Checks a copy that lies in memory as a whole: hashes it and looks for the place only when the digest
/// differs.
CheckedCopy check_whole(const protocol::WorkerFixture& fixture, const LocalFile* local,
                        std::span<const std::byte> copy);

}  // namespace bftp::client::worker
