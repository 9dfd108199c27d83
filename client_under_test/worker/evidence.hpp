#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "client_under_test/worker/copy_checker.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// Saves a window of both files around a first difference, at most `max` times for each server, each file
/// under a temporary name that is then renamed: `<name>.expected.bin`, `<name>.received.bin` and
/// `<name>.txt`, which says what they are.
class EvidenceShelf {
 public:
  EvidenceShelf(std::string folder, std::uint32_t max) : folder_(std::move(folder)), max_(max) {}

  /// The text's file name, or an empty string if nothing was saved: no folder, none left, no window, or the
  /// disk failed (evidence is a convenience; the record stands without it). `label` tells servers apart
  /// (WorkerBlock::label) and stands before the name.
  std::string save(const std::string& label, const std::string& name, const protocol::WorkerFixture& fixture,
                   const CheckedCopy& copy);

 private:
  bool write(const std::string& name, std::string_view content) const;

  std::string folder_;
  std::uint32_t max_;
  std::map<std::string, std::uint32_t> saved_;  ///< by label
};

/// What the text says. Pure.
std::string describe_difference(const std::string& name, const protocol::WorkerFixture& fixture,
                                const CheckedCopy& copy);

}  // namespace bftp::client::worker
