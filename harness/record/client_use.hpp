#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/record/transfer_record.hpp"

namespace bftp::record {

/// What external clients left behind over the transfers of a run. A sum, so that its size does not grow with
/// their number.
struct ClientUse {
  std::uint64_t transfers = 0;
  std::uint64_t failed = 0;                  ///< of them
  std::uint64_t failed_with_file = 0;        ///< failed, and something lay under {local} (GET)
  std::uint64_t failed_with_others = 0;      ///< failed, and further files lay in its folder
  std::uint64_t with_others = 0;             ///< went well, and further files lay in its folder
  std::uint64_t with_processes = 0;          ///< processes of it lived on
  std::string example;                       ///< of a further file, escaped; the first that was seen
  std::optional<std::string> process_words;  ///< what the first client that left processes said last, escaped

  void add(const TransferRecord& transfer);
};

}  // namespace bftp::record
