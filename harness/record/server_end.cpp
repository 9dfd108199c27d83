#include "harness/record/server_end.hpp"

#include <fmt/format.h>

namespace bftp::record {
namespace {

std::string memory_text(std::uint64_t bytes) {
  constexpr double mib = 1024.0 * 1024.0, gib = 1024.0 * mib;
  const auto size = static_cast<double>(bytes);
  return size < gib ? fmt::format("{:.1f} MiB", size / mib) : fmt::format("{:.1f} GiB", size / gib);
}

}  // namespace

std::string in_words(const Excess& excess) {
  if (excess.of == Bounded::processes)
    return fmt::format("had {} processes, more than the {} that it may have, and was ended", excess.amount,
                       excess.most);
  return fmt::format("had {} of memory, more than the {} that it may have (server.memory_max), and was ended",
                     memory_text(excess.amount), memory_text(excess.most));
}

std::string how_it_ended(const ServerEnd& end) {
  if (end.excess) return in_words(*end.excess);
  if (end.guard_lost) return "lost its guard process, which somebody killed, and ended";
  if (end.signal) return fmt::format("was ended by signal {}", *end.signal);
  return fmt::format("exited with status {}", end.exit_code.value_or(-1));
}

}  // namespace bftp::record
