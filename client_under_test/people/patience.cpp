#include "client_under_test/people/patience.hpp"

#include <algorithm>

namespace bftp::client::people {

namespace {

using protocol::Clock;
using protocol::Connection;
using protocol::Deadline;
using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr std::size_t block_bytes = 65'536;

/// Appends at least one byte and at most `wanted` to `text`.
Result<void> receive_piece(Connection& from, std::string& text, std::uint64_t wanted, Clock::duration wait) {
  const auto known = text.size();
  text.resize(known + static_cast<std::size_t>(std::min<std::uint64_t>(wanted, block_bytes)));
  const auto got =
      from.receive_some(std::as_writable_bytes(std::span(text).subspan(known)), Deadline::after(wait));
  text.resize(known + (got ? *got : 0));
  if (!got) return got.error();
  if (*got == 0) {
    return Error{ErrorKind::closed,
                 "the server closed the connection with " + std::to_string(wanted) + " bytes still due"};
  }
  return {};
}

Result<void> receive_rest(Connection& from, std::string& text, std::uint64_t size, Clock::duration idle) {
  while (text.size() < size) {
    if (auto got = receive_piece(from, text, size - text.size(), idle); !got) return got;
  }
  return {};
}

}  // namespace

Result<std::string> receive_patiently(Connection& from, std::uint64_t size, Clock::duration idle) {
  std::string text;
  if (auto got = receive_rest(from, text, size, idle); !got) return got.error();
  return text;
}

Result<std::string> receive_message_patiently(Connection& from, Clock::duration first, Clock::duration idle) {
  std::string header;
  if (auto begun = receive_piece(from, header, protocol::header_size, first); !begun) {
    if (begun.error().kind == ErrorKind::closed)
      return Error{ErrorKind::closed, "the server closed the connection without an answer"};
    return begun.error();
  }
  if (auto whole = receive_rest(from, header, protocol::header_size, idle); !whole) return whole.error();
  const auto size = protocol::decode_header(header);
  if (!size) return size.error();
  return receive_patiently(from, *size, idle);
}

Clock::duration time_to_work_through(std::uint64_t bytes) {
  // Several times less than a disk that turns reads in a second: the server has others to serve.
  constexpr std::uint64_t bytes_per_second = 16 << 20;
  constexpr std::uint64_t day_ms = 86'400'000;
  constexpr std::uint64_t ms_per_second = 1000;
  const auto wait_ms =
      bytes / bytes_per_second * ms_per_second + bytes % bytes_per_second * ms_per_second / bytes_per_second;
  return std::chrono::milliseconds(std::min(wait_ms, day_ms));
}

}  // namespace bftp::client::people
