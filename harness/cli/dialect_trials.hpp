#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "harness/record/run_record.hpp"

namespace bftp::cli {

/// What a server turned out to be before anything was measured.
struct ServerNature {
  std::optional<std::string>
      dialect_instead;        ///< that it speaks in place of the one told, if that is certain
  bool serves_once = false;   ///< it served one connection, ended with status 0, and a fresh one did so again
  std::string our_trouble{};  ///< why we could not ask it at all, which is not its fault; empty if we could
};

/// Starts the server of the plan once more, unmeasured and on a port of its own, and looks. Bounded by a few
/// seconds, and by the deadline of a transfer, for each dialect tried. Only servers that we start on a port
/// of our choice are tried: others cannot be had twice. `folder` exists and takes what the server prints;
/// `root` is what it serves. Nothing is said once `stop` is set.
ServerNature try_server(const record::RunRecord& record, const std::string& root, const std::string& folder,
                        const std::atomic<bool>& stop);

}  // namespace bftp::cli
