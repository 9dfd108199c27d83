#include <fmt/format.h>

#include "harness/record/run_record.hpp"

namespace bftp::record {

std::string how_it_ended(const ServerEnd& end) {
  if (end.guard_lost) return "lost its guard process, which somebody killed, and ended";
  if (end.signal) return fmt::format("was ended by signal {}", *end.signal);
  return fmt::format("exited with status {}", end.exit_code.value_or(-1));
}

}  // namespace bftp::record
