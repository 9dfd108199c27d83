#include "protocol/conversation.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace bftp::protocol {

namespace {

/// What one read takes at the most while it looks for the end of a message. A request or reply fits, and so
/// does the small file that follows it; of a large file only this much is copied twice.
constexpr std::size_t look_ahead_size = 4096;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<std::byte> as_buffer(std::string& text, std::size_t from = 0) {
  return std::as_writable_bytes(std::span(text)).subspan(from);
}

Error closed_early(std::string_view where) {
  return {ErrorKind::closed, "the peer closed the connection " + std::string(where)};
}

/// Reads ahead until `into` has at least `wanted` bytes. Returns what came; less than `wanted` at the peer's
/// end.
Result<std::size_t> read_ahead(Connection& from, std::span<std::byte> into, std::size_t wanted,
                               const Deadline& deadline) {
  std::size_t have = 0;
  while (have < wanted) {
    const auto got = from.receive_some(into.subspan(have), deadline);
    if (!got) {
      from.push_back(as_text(into.first(have)));
      return got.error();
    }
    if (*got == 0) break;
    have += *got;
  }
  return have;
}

}  // namespace

Result<void> send_all(Connection& to, std::string_view bytes, const Deadline& deadline, bool more) {
  while (!bytes.empty()) {
    const auto sent = to.send_some(std::as_bytes(std::span(bytes)), deadline, more);
    if (!sent) return sent.error();
    bytes.remove_prefix(*sent);
  }
  return {};
}

Result<void> receive_exactly(Connection& from, std::span<std::byte> into, const Deadline& deadline) {
  while (!into.empty()) {
    const auto got = from.receive_some(into, deadline);
    if (!got) return got.error();
    if (*got == 0) return closed_early("with " + std::to_string(into.size()) + " bytes still due");
    into = into.subspan(*got);
  }
  return {};
}

Result<std::string> receive_exactly(Connection& from, std::size_t size, const Deadline& deadline) {
  std::string bytes(size, '\0');
  if (auto done = receive_exactly(from, as_buffer(bytes), deadline); !done) return done.error();
  return bytes;
}

Result<std::string> receive_until(Connection& from, std::string_view delimiter, std::size_t max,
                                  const Deadline& deadline) {
  assert(!delimiter.empty());
  std::string text;
  for (;;) {
    const std::size_t known = text.size();
    text.resize(known + look_ahead_size);
    const auto got = from.receive_some(as_buffer(text, known), deadline);
    text.resize(known + (got ? *got : 0));
    // The delimiter may have begun in the bytes that were known before.
    const auto at = text.find(delimiter, known - std::min(known, delimiter.size() - 1));
    if (at <= max) {
      from.push_back(std::string_view(text).substr(at + delimiter.size()));
      text.resize(at);
      return text;
    }
    const bool too_long = text.size() >= max + delimiter.size();
    if (got && *got > 0 && !too_long) continue;
    from.push_back(text);
    if (!got) return got.error();
    if (too_long) return Error{ErrorKind::too_long, "no delimiter within " + std::to_string(max) + " bytes"};
    return closed_early("before the delimiter");
  }
}

Result<std::string> receive_to_close(Connection& from, std::size_t max, const Deadline& deadline) {
  std::string text;
  for (;;) {
    const std::size_t known = text.size();
    if (known > max)
      return Error{ErrorKind::too_long, "more than " + std::to_string(max) + " bytes before the close"};
    text.resize(known + std::min(std::max(known, look_ahead_size), max - known + 1));
    const auto got = from.receive_some(as_buffer(text, known), deadline);
    if (!got) return got.error();
    text.resize(known + *got);
    if (*got == 0) return text;
  }
}

Result<void> send_message(Connection& to, std::string_view payload, const Deadline& deadline, bool more,
                          std::size_t max) {
  if (payload.size() > max) {
    return Error{ErrorKind::too_long, "a message of " + std::to_string(payload.size()) + " bytes; at most " +
                                          std::to_string(max) + " are allowed"};
  }
  std::string message = encode_header(payload.size());
  if (payload.size() > message_size_max) {  // too much to copy for the sake of one system call
    if (auto sent = send_all(to, message, deadline, true); !sent) return sent;
    return send_all(to, payload, deadline, more);
  }
  message += payload;
  return send_all(to, message, deadline, more);
}

Result<std::string> receive_message(Connection& from, const Deadline& deadline, std::size_t max) {
  std::array<std::byte, look_ahead_size> block{};
  const auto got = read_ahead(from, block, header_size, deadline);
  if (!got) return got.error();
  if (*got == 0) return closed_early("between messages");
  if (*got < header_size) return closed_early("within a header");
  const auto size = decode_header(as_text(block).substr(0, header_size), max);
  if (!size) return size.error();
  const auto come = as_text(block).substr(header_size, *got - header_size);
  std::string payload(come.substr(0, *size));
  if (come.size() > *size) from.push_back(come.substr(*size));
  const auto known = payload.size();
  payload.resize(*size);
  if (auto rest = receive_exactly(from, as_buffer(payload, known), deadline); !rest) return rest.error();
  return payload;
}

}  // namespace bftp::protocol
