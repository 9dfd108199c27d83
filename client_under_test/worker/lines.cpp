#include "client_under_test/worker/lines.hpp"

#include <unistd.h>

#include <cerrno>

namespace bftp::client::worker {

namespace {

constexpr std::size_t chunk_bytes = 64u << 10;

}  // namespace

protocol::Result<std::optional<std::string_view>> LineReader::next() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  std::size_t searched = 0;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      taken_ = end + 1;
      return std::optional(std::string_view(buffer_).substr(0, end));
    }
    searched = buffer_.size();
    if (ended_) {
      taken_ = buffer_.size();
      if (buffer_.empty()) return std::optional<std::string_view>();
      return std::optional(std::string_view(buffer_));
    }
    if (buffer_.size() > line_max_bytes) {
      return protocol::Error{protocol::ErrorKind::too_long, "a line of more than 16 MiB", 0};
    }
    buffer_.resize(searched + chunk_bytes);
    const ssize_t count = ::read(fd_, buffer_.data() + searched, chunk_bytes);
    const int error = errno;
    buffer_.resize(searched + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count < 0 && error != EINTR) return protocol::system_error(error, "reading standard input");
    if (count == 0) ended_ = true;
  }
}

bool LineWriter::write(std::string_view line) {
  buffer_ += line;
  buffer_ += '\n';
  return buffer_.size() < chunk_bytes || flush();
}

bool LineWriter::flush() {
  std::size_t written = 0;
  while (written < buffer_.size()) {
    const ssize_t count = ::write(fd_, buffer_.data() + written, buffer_.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    written += static_cast<std::size_t>(count);
  }
  buffer_.clear();
  return true;
}

}  // namespace bftp::client::worker
