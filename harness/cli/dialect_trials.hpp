#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/fixture.hpp"
#include "harness/plan/plan.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

/// What a server turned out to be before anything was measured.
struct ServerNature {
  std::optional<std::string>
      dialect_instead;        ///< that it speaks in place of the one told, if that is certain
  bool serves_once = false;   ///< it served one connection, ended with status 0, and a fresh one did so again
  std::string our_trouble{};  ///< why we could not ask it at all, which is not its fault; empty if we could
  double silent_s = 0;        ///< how long it left the first request without an answer; 0: it answered
};

/// Whom to try, and with what. What it refers to outlives the trial.
struct ServerTrial {
  const plan::ServerSpec& server;
  const std::vector<fixtures::Fixture>& fixtures;
  std::string root;       ///< what it serves
  std::string folder;     ///< exists and takes what it prints
  double patience_s = 3;  ///< for one answer, at most 3
};

/// Starts the server once more, unmeasured and on a port of its own, and looks. Bounded by a few seconds, and
/// by the patience, for each dialect tried. Only servers that we start on a port of our choice are tried:
/// others cannot be had twice. Once `stop` is set nothing is said but how long it was silent.
ServerNature try_server(const ServerTrial& trial, const std::atomic<bool>& stop);

/// Errors: it speaks another dialect, or we could not ask it. Their words begin with `who` ("the server") and
/// say what to do: `again` ("run again with") is followed by the option, `and_then` by nothing.
protocol::Result<void> can_be_judged(const ServerNature& nature, const plan::ServerSpec& server,
                                     std::string_view who, std::string_view again,
                                     std::string_view and_then = {});

}  // namespace bftp::cli
