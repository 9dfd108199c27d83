#include <algorithm>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// As much as another size says.
class ShortSource final : public SourceDecorator {
 public:
  ShortSource(std::unique_ptr<Source> inner, std::uint64_t bytes)
      : SourceDecorator(std::move(inner)), bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_; }
  std::size_t read(std::span<std::byte> into) override {
    const auto got = SourceDecorator::read(
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), bytes_ - sent_))));
    sent_ += got;
    return got;
  }

 private:
  std::uint64_t bytes_;
  std::uint64_t sent_ = 0;
};

/// The size of one file read a moment too early, while it was still being written.
class ShortFile final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body || answer.body->size() < 2 || !dice.hits(settings.number("p"))) return;
    const auto bytes = answer.body->size() - 1 - dice.below(answer.body->size() / 2);
    answer.body = std::make_unique<ShortSource>(std::move(answer.body), bytes);
    answer.reply.detail = std::to_string(bytes);
  }
};

const Registered registered_short_file(
    {"short_file",
     "identity",
     "announces and sends only the beginning of the file in a share p of GETs",
     {{"p", 0.02, 0, 1, "share of GETs"}},
     make_service<ShortFile>});

}  // namespace
}  // namespace bftp::server::specimens
