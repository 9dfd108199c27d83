#include "harness/launch/output_capture.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>

#include "harness/launch/last_lines.hpp"

namespace bftp::launch {
namespace {

using protocol::Result;
using protocol::UniqueFd;

constexpr std::string_view announcement = "listening on ";

/// One stream: its pipe, its file, its tail.
struct Stream {
  UniqueFd reading, writing, file;
  std::uint64_t bytes_max = 0;
  std::uint64_t bytes_written = 0;
  LastLines tail;
  std::string line;  ///< start of the current line, searched for the announcement
  std::string announced;
  std::optional<std::string> first_line;
  bool ended = false;

  void take(std::string_view bytes) {
    tail.add(bytes);
    const auto room =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes_max - bytes_written, bytes.size()));
    // A full disk costs the log, never the server its output: what cannot be written counts as dropped.
    const ssize_t written = room > 0 ? ::write(file.get(), bytes.data(), room) : 0;
    if (written > 0) bytes_written += static_cast<std::uint64_t>(written);
    search(bytes);
  }

  void search(std::string_view bytes) {
    constexpr std::size_t line_max = 300;
    constexpr std::uint64_t searched_max = 1u
                                           << 20;  // a server that has said so much has said its first line
    if (tail.bytes_seen() > searched_max) return;
    while ((announced.empty() || !first_line) && !bytes.empty()) {
      const auto end = bytes.find('\n');
      line.append(bytes.substr(0, std::min(end, line_max - std::min(line.size(), line_max))));
      if (end == std::string_view::npos) return;
      if (line.ends_with('\r')) line.pop_back();
      if (!first_line) first_line = line;
      if (announced.empty() && line.starts_with(announcement)) announced = line.substr(announcement.size());
      line.clear();
      bytes.remove_prefix(end + 1);
    }
  }

  CaptureCount count() const { return {tail.bytes_seen(), tail.bytes_seen() - bytes_written}; }
};

Result<void> open_stream(Stream& stream, const CaptureTarget& target) {
  const int how = target.appends ? O_APPEND : O_TRUNC;
  stream.file.reset(::open(target.path.c_str(), O_WRONLY | O_CREAT | how | O_CLOEXEC, 0644));
  if (!stream.file) return protocol::system_error("making '" + target.path + "'");
  struct stat before {};
  const bool known = ::fstat(stream.file.get(), &before) == 0 && before.st_size > 0;
  const auto there = known ? static_cast<std::uint64_t>(before.st_size) : 0;
  stream.bytes_max = target.bytes_max - std::min(target.bytes_max, there);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return protocol::system_error("making a pipe");
  stream.reading.reset(ends[0]);
  stream.writing.reset(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {};
}

class ThreadedCapture final : public OutputCapture {
 public:
  Result<void> open(const CaptureTarget& out, const CaptureTarget& error) {
    wake_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (auto made = open_stream(streams_[0], out); !made) return made;
    if (auto made = open_stream(streams_[1], error); !made) return made;
    thread_ = std::thread([this] { drain(); });
    return {};
  }

  ThreadedCapture() = default;
  ThreadedCapture(const ThreadedCapture&) = delete;
  ThreadedCapture& operator=(const ThreadedCapture&) = delete;
  ~ThreadedCapture() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
    if (thread_.joinable()) thread_.join();
  }

  int out_descriptor() const override { return streams_[0].writing.get(); }
  int error_descriptor() const override { return streams_[1].writing.get(); }
  void release_descriptors() override {
    for (auto& stream : streams_) stream.writing.reset();
  }
  std::vector<std::string> last_out_lines(std::size_t max) override { return tail(streams_[0], max); }
  std::vector<std::string> last_error_lines(std::size_t max) override { return tail(streams_[1], max); }
  CaptureCount out_count() override { return count(streams_[0]); }
  CaptureCount error_count() override { return count(streams_[1]); }

  std::string announced() override {
    const std::scoped_lock lock(mutex_);
    return streams_[0].announced.empty() ? streams_[1].announced : streams_[0].announced;
  }

  std::optional<std::string> first_out_line() override {
    const std::scoped_lock lock(mutex_);
    return streams_[0].first_line;
  }

  void settle(int wait_ms) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return idle(); });
  }

 private:
  std::vector<std::string> tail(const Stream& stream, std::size_t max) {
    const std::scoped_lock lock(mutex_);
    return stream.tail.get(max);
  }
  CaptureCount count(const Stream& stream) {
    const std::scoped_lock lock(mutex_);
    return stream.count();
  }

  /// A pipe is empty, or its last writer has gone; a child of the server may hold it open for ever.
  bool idle() const {
    return std::all_of(streams_.begin(), streams_.end(), [](const Stream& stream) {
      int waiting = 0;
      return stream.ended || (::ioctl(stream.reading.get(), FIONREAD, &waiting) == 0 && waiting == 0);
    });
  }

  void drain() {
    std::array<char, std::size_t{64} << 10> buffer{};
    while (true) {
      std::array<pollfd, 3> entries{pollfd{wake_.get(), POLLIN, 0}, entry(streams_[0]), entry(streams_[1])};
      if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return;
      if (entries[0].revents != 0) return;
      for (std::size_t i = 0; i < streams_.size(); ++i)
        if (entries[i + 1].revents != 0) read_some(streams_[i], buffer);
      changed_.notify_all();
    }
  }

  static pollfd entry(const Stream& stream) {
    return {stream.ended ? -1 : stream.reading.get(), POLLIN, 0};  // poll skips negative descriptors
  }

  /// One read a turn, so that a flood on one stream does not starve the other or the end.
  void read_some(Stream& stream, std::span<char> buffer) {
    const std::scoped_lock lock(
        mutex_);  // around the read too: bytes are in the pipe or in the tail, nowhere between
    const ssize_t size = ::read(stream.reading.get(), buffer.data(), buffer.size());
    if (size > 0) stream.take({buffer.data(), static_cast<std::size_t>(size)});
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) stream.ended = true;
  }

  UniqueFd wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Stream, 2> streams_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<OutputCapture>> OutputCapture::start(const CaptureTarget& out,
                                                            const CaptureTarget& error) {
  auto capture = std::make_unique<ThreadedCapture>();
  if (auto opened = capture->open(out, error); !opened) return opened.error();
  return std::unique_ptr<OutputCapture>(std::move(capture));
}

}  // namespace bftp::launch
