#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// The file, and then so many bytes more.
class LongSource final : public SourceDecorator {
 public:
  LongSource(std::unique_ptr<Source> inner, std::uint64_t more)
      : SourceDecorator(std::move(inner)), more_(more) {}
  std::uint64_t size() const override { return SourceDecorator::size() + more_; }
  std::size_t read(std::span<std::byte> into) override {
    if (const auto got = SourceDecorator::read(into); got > 0) return got;
    const auto extra =
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), more_ - added_)));
    std::ranges::fill(extra, std::byte{'+'});
    added_ += extra.size();
    return extra.size();
  }

 private:
  std::uint64_t more_;
  std::uint64_t added_ = 0;
};

/// A buffer that is sent whole where only a part of it was filled.
class ClientLong final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body) return;
    answer.body = std::make_unique<LongSource>(std::move(answer.body), settings.count("bytes"));
    answer.ending = Ending::close;
  }
};

const Registered registered_client_long({"client_long",
                                         "client",
                                         "sends some bytes more than it announced, and closes, for every GET",
                                         {{"bytes", 4'096, 1, 1e9, "bytes"}},
                                         make_service<ClientLong>});

}  // namespace
}  // namespace bftp::server::specimens
