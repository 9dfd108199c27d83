#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/transfer_record.hpp"

namespace bftp::record {

/// What a server's tree of processes may have so much of and no more.
enum class Bounded : std::uint8_t { memory, processes };
const char* to_string(Bounded what);
std::optional<Bounded> bounded_from(std::string_view word);

/// More than a server may have, for which the harness ended it.
struct Excess {
  Bounded of = Bounded::memory;
  std::uint64_t amount = 0;  ///< that it had; of memory in bytes, pages of files left out
  std::uint64_t most = 0;    ///< that it may have
  friend bool operator==(const Excess&, const Excess&) = default;
};

/// How the server ended.
struct ServerEnd {
  Arm arm = Arm::server;
  bool by_itself = false;  ///< before we asked it to: a crash, one that serves once and exits, an excess
  std::optional<int> exit_code;
  std::optional<int> signal;
  /// Neither is known: somebody killed the guard process that the server ran under, and the system ended the
  /// server with it.
  bool guard_lost = false;
  std::optional<Excess> excess;  ///< for which the harness ended it; the signal is the harness's then
  /// Transfers that this very process took, where a comparison starts fresh ones again and again.
  std::optional<std::uint64_t> served{};
  double time_s = 0;
  std::optional<double> asked_s{};    ///< when it was asked to end; none if it ended before
  std::optional<double> stop_took_s;  ///< from SIGTERM to exit; none if it had to be killed
  bool killed = false;                ///< it did not end by SIGTERM in time
  std::uint32_t left = 0;    ///< killed: so many processes that it had started, after it had ended itself
  bool client_held = false;  ///< a client was connected, and silent, when it was asked to
  std::vector<std::string> last_lines;  ///< of its stderr, else stdout; at most 32 lines, as printed
};

/// "had 8.2 GiB of memory, more than the 8.0 GiB that it may have (server.memory_max), and was ended".
std::string in_words(const Excess& excess);

/// "was ended by signal 11", "exited with status 1": without a subject, for the middle of a sentence.
std::string how_it_ended(const ServerEnd& end);

}  // namespace bftp::record
