#pragma once

#include <cstdint>
#include <string>

#include "protocol/conversation.hpp"

/// Receiving from a server that may be slow, but not silent: a wait is bounded, and begins anew with each
/// piece that comes.
namespace bftp::client::people {

/// Exactly `size` bytes. Memory is used for what came and not for what was announced. Errors: deadline, when
/// nothing came for `idle`; closed, reset, system.
protocol::Result<std::string> receive_patiently(protocol::Connection& from, std::uint64_t size,
                                                protocol::Clock::duration idle);

/// A message (clause 1.2) for which the server may be silent for `first`, and within it for `idle`. Takes no
/// byte beyond its end. Errors: malformed, too_long (clause 1.6), deadline, closed, reset, system.
protocol::Result<std::string> receive_message_patiently(protocol::Connection& from,
                                                        protocol::Clock::duration first,
                                                        protocol::Clock::duration idle);

/// How much longer than usual a server may be silent that has to read or store so many bytes before it
/// answers: a second for each 16 MiB, at most a day.
protocol::Clock::duration time_to_work_through(std::uint64_t bytes);

}  // namespace bftp::client::people
