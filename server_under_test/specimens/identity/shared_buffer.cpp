#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// One buffer for everybody. The lock keeps this program free of data races, and lets others in between
/// filling and sending.
class SharedBuffer {
 public:
  std::size_t fill(const std::function<std::size_t(std::span<std::byte>)>& read, std::size_t most) {
    const std::lock_guard lock(mutex_);
    return read(std::span(bytes_).first(std::min(most, bytes_.size())));
  }
  void take(std::span<std::byte> into) {
    const std::lock_guard lock(mutex_);
    std::copy_n(bytes_.begin(), into.size(), into.begin());
  }

 private:
  std::mutex mutex_;
  std::array<std::byte, 32'768> bytes_{};
};

class SharedBufferSource final : public SourceDecorator {
 public:
  SharedBufferSource(std::unique_ptr<Source> inner, SharedBuffer& buffer)
      : SourceDecorator(std::move(inner)), buffer_(buffer) {}
  std::size_t read(std::span<std::byte> into) override {
    const auto got = buffer_.fill([this](auto piece) { return SourceDecorator::read(piece); }, into.size());
    std::this_thread::yield();
    buffer_.take(into.first(got));
    return got;
  }

 private:
  SharedBuffer& buffer_;
};

/// A static buffer in a server with threads.
class SharedBufferFault final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<SharedBufferSource>(std::move(answer.body), buffer_);
  }

 private:
  SharedBuffer buffer_;
};

const Registered registered_shared_buffer(
    {"shared_buffer",
     "identity",
     "all clients share one buffer: their GETs mix when they run at the same time",
     {},
     make_service<SharedBufferFault>});

}  // namespace
}  // namespace bftp::server::specimens
