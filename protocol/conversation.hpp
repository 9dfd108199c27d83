#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/connection.hpp"

/// The lecture's conversation techniques: how the receiver learns where a message ends. By a fixed size, by a
/// delimiter, by a size header, or by the close. Each is one small function over a Connection, and every wait
/// has a deadline.
namespace bftp::protocol {

inline constexpr std::size_t header_size = 8;            ///< clause 1.2
inline constexpr std::size_t message_size_max = 65'536;  ///< clause 1.4
/// Measured best on loopback, see docs/performance.md.
inline constexpr std::size_t copy_buffer_size = 256u << 10;

/// Sends every byte, however many calls that takes.
Result<void> send_all(Connection& to, std::string_view bytes, const Deadline& deadline, bool more = false);

/// Fixed size: exactly `into.size()` bytes. Errors: closed if the peer ends before the last byte.
Result<void> receive_exactly(Connection& from, std::span<std::byte> into, const Deadline& deadline);
Result<std::string> receive_exactly(Connection& from, std::size_t size, const Deadline& deadline);

/// Delimiter: the bytes before it; the delimiter is taken and dropped. Reads in blocks and pushes back what
/// follows. Errors: too_long when more than `max` bytes come before it; closed when the peer ended before it.
/// After an error, what had come is in the pushback buffer.
Result<std::string> receive_until(Connection& from, std::string_view delimiter, std::size_t max,
                                  const Deadline& deadline);

/// Close: everything up to the peer's FIN. Errors: too_long above `max`; reset is an error, not an end.
Result<std::string> receive_to_close(Connection& from, std::size_t max, const Deadline& deadline);

/// Size header (clauses 1.2 and 1.3). `payload` longer than `max` is refused with too_long before a byte is
/// sent.
Result<void> send_message(Connection& to, std::string_view payload, const Deadline& deadline,
                          bool more = false, std::size_t max = message_size_max);
/// Errors: malformed for a header with a byte that is no hex digit, too_long above `max`, closed. An orderly
/// end before the header's first byte is `closed` too, and its message says "between messages".
Result<std::string> receive_message(Connection& from, const Deadline& deadline,
                                    std::size_t max = message_size_max);

/// "00000014" for 20 (clause 1.2).
std::string encode_header(std::size_t payload_size);
/// Errors: malformed, or too_long above `max` (clause 1.6).
Result<std::size_t> decode_header(std::string_view eight_bytes, std::size_t max = message_size_max);

/// Stream (clause 1.5) to and from a file, at the file's current position. Returns when `size` bytes have
/// passed. Errors: closed, reset, deadline, no_space, system. The deadline bounds each wait without progress,
/// not the whole stream: `idle` is how long the peer may be silent. `*taken`, if asked for, is the number of
/// bytes taken off the connection, after an error too (clause 4.12: the rest of a stream that cannot be
/// stored is still to be read). `watch`, if given, is told of each piece as it comes, in bytes.
Result<void> receive_to_file(Connection& from, int file, std::uint64_t size, Clock::duration idle,
                             std::uint64_t* taken = nullptr,
                             const std::function<void(std::size_t)>& watch = {});
/// Sends bytes in memory as part of a stream, or after one: `idle` bounds each wait without progress, as in
/// send_from_file(), not the time until the last byte is gone. `sent` is counted up by what the kernel took,
/// errors or not. Errors: reset, deadline, system.
Result<void> send_moving(Connection& to, std::string_view bytes, Clock::duration idle, std::uint64_t& sent,
                         bool more = false);
/// Takes a stream and drops it. Errors: closed, reset, deadline, system.
Result<void> receive_and_discard(Connection& from, std::uint64_t size, Clock::duration idle);
/// By sendfile(2) where the file allows it, else by read and send. Errors: also `closed` if the file shrank.
/// The process ignores SIGPIPE, see ignore_broken_pipes(). A peer that stops reading is noticed after at most
/// two `idle`; one that is slow, but whose kernel acknowledges something in each half `idle`, is not. `sent`
/// gets the number of bytes that the kernel took, errors or not.
Result<void> send_from_file(Connection& to, int file, std::uint64_t offset, std::uint64_t size,
                            Clock::duration idle, std::uint64_t* sent = nullptr);

}  // namespace bftp::protocol
