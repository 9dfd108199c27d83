#include "client_under_test/worker/chunks.hpp"

#include <algorithm>
#include <cstring>

#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

namespace {

/// A file of 2^60 bytes is no file, and the sum of the sizes stays in range.
constexpr std::size_t digits_max = 15;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t ChunkDecoder::decode(std::span<std::byte> bytes) {
  std::size_t content = 0;
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::failed) {
    if (state_ == State::ended) {
      behind_ += bytes.size() - at;
      break;
    }
    if (state_ != State::content) {
      take(static_cast<char>(bytes[at++]));
      continue;
    }
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
    std::memmove(bytes.data() + content, bytes.data() + at, piece);
    content += piece;
    at += piece;
    left_ -= piece;
    if (left_ == 0) state_ = State::content_end;
  }
  return content;
}

void ChunkDecoder::take(char c) {
  switch (state_) {
    case State::size:
      return take_size(c);
    case State::extension:
      if (++line_bytes_ > line_max_bytes) return fail("an endless chunk extension at", c);
      if (c == '\n') size_line_ends();
      return;
    case State::content_end:
      return take_content_end(c);
    case State::trailer:
      return take_trailer(c);
    case State::content:
    case State::ended:
    case State::failed:
      return;
  }
}

void ChunkDecoder::take_size(char c) {
  if (const int value = hex_value(c); value >= 0) {
    if (++digits_ > digits_max) return fail("a chunk's size of too many digits at", c);
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    return;
  }
  if (digits_ == 0) return fail("where a chunk's size in hexadecimal is due came", c);
  line_bytes_ = 0;
  if (c == '\n') return size_line_ends();
  const bool goes_on = c == ';' || c == ' ' || c == '\t' || c == '\r';
  if (!goes_on) return fail("in a chunk's size came", c);
  state_ = State::extension;
}

void ChunkDecoder::size_line_ends() {
  digits_ = 0;
  line_bytes_ = 0;
  state_ = left_ == 0 ? State::trailer : State::content;
}

/// CR LF behind the content; a lone LF is taken too (RFC 9112, 2.2).
void ChunkDecoder::take_content_end(char c) {
  if (c == '\n') {
    line_bytes_ = 0;
    state_ = State::size;
  } else if (c != '\r' || line_bytes_++ > 0) {
    fail("behind a chunk's content, where a line end is due, came", c);
  }
}

void ChunkDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > trailer_max_bytes) return fail("an endless trailer at", c);
  if (c == '\n') {
    if (line_bytes_ == 0) state_ = State::ended;
    line_bytes_ = 0;
  } else if (c != '\r') {
    ++line_bytes_;
  }
}

void ChunkDecoder::fail(const char* what, char c) {
  state_ = State::failed;
  complaint_ = std::string(what) + " " + quoted({&c, 1});
}

}  // namespace bftp::client::worker
